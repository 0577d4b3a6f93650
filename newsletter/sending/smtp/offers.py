"""What a server offers in its answer to EHLO (RFC 5321, section 4.1.1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offers:
    """The extensions that matter here; a server without EHLO offers none."""

    pipelining: bool = False
    eight_bit: bool = False
    utf8_addresses: bool = False
    starttls: bool = False
    logins: frozenset[str] = frozenset()
    longest: int | None = None
    """The bytes a mail may have, where the server has said so (RFC 1870)."""

    @classmethod
    def read(cls, lines: Iterable[bytes]) -> "Offers":
        """Read the lines after the greeting, one extension each."""
        words = [line.decode("ascii", "replace").upper().split() for line in lines]
        offered = {name: arguments for name, *arguments in filter(None, words)}
        size = offered.get("SIZE", [])
        return cls(
            pipelining="PIPELINING" in offered,
            eight_bit="8BITMIME" in offered,
            utf8_addresses="SMTPUTF8" in offered,
            starttls="STARTTLS" in offered,
            logins=frozenset(offered.get("AUTH", [])),
            # A size of 0 means that there is no fixed one.
            longest=(int(size[0]) or None) if size and size[0].isdecimal() else None,
        )
