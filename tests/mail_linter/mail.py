"""A mail taken apart."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property

from mail_linter.document import Node, parse


class Mail:
    """A mail as its reader gets it: bytes, headers, and its two parts."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.message: EmailMessage = message_from_bytes(content, policy=default)

    @property
    def kinds(self) -> list[str]:
        """What its parts are."""
        return [part.get_content_type() for part in self.message.walk()]

    @property
    def has_both_parts(self) -> bool:
        """Whether it is a text and the same in HTML, the one to be preferred last (RFC 2046)."""
        return self.kinds == ["multipart/alternative", "text/plain", "text/html"]

    @cached_property
    def text(self) -> str:
        """Its text part."""
        return self._part("text/plain")

    @cached_property
    def html(self) -> str:
        """Its HTML part."""
        return self._part("text/html")

    @cached_property
    def document(self) -> Node:
        """Its HTML part, parsed."""
        return parse(self.html)

    @property
    def way_out(self) -> str:
        """Where one click unsubscribes; empty in a letter, which is no list's."""
        return str(self.message["List-Unsubscribe"] or "").strip("<>")

    def _part(self, kind: str) -> str:
        (part,) = [part for part in self.message.walk() if part.get_content_type() == kind]
        return str(part.get_content()).replace("\r\n", "\n")
