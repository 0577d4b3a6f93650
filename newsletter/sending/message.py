"""A mail as an SMTP server gets it."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NewType

Wire = NewType("Wire", bytes)
"""Whole lines that end in CRLF, leading dots doubled: what may follow DATA.

Pieces of it joined are such lines again, so a mail put together from pieces needs no new look.
"""


def to_wire(content: bytes) -> Wire:
    """Make content safe to send: every kind of line end becomes CRLF, leading dots are doubled.

    A lone CR or LF is a line end to some servers and none to others; a dot after one could end the
    mail for the next server on the way and smuggle in another.
    """
    lines = content.splitlines()
    wire = b"\r\n".join(lines) + b"\r\n" if lines else b""
    if wire.startswith(b"."):
        wire = b"." + wire
    return Wire(wire.replace(b"\r\n.", b"\r\n.."))


def from_wire(wire: Wire) -> bytes:
    """Return the content as its reader gets it (RFC 5321, section 4.5.2)."""
    return wire.removeprefix(b".").replace(b"\r\n.", b"\r\n")


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One mail for one recipient; `key` is what the caller knows it by.

    The sender may be empty (RFC 5321, section 4.5.5).
    """

    sender: str
    recipient: str
    content: Wire
    key: Hashable = None

    @property
    def has_ascii_addresses(self) -> bool:
        """Whether a server from before SMTPUTF8 (RFC 6531) knows such addresses."""
        return self.recipient.isascii() and self.sender.isascii()

    @property
    def can_be_written(self) -> bool:
        """Whether no address can end its command, and no last line swallow the final dot."""
        return bool(
            _ADDRESS.fullmatch(self.recipient)
            and (not self.sender or _ADDRESS.fullmatch(self.sender))
            and (not self.content or self.content.endswith(b"\r\n"))
        )


_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\x9f<>\ud800-\udfff]{1,254}")
