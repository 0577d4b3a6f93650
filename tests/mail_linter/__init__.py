"""A linter for mails: what no mail program forgives, and what our readers were promised.

headers    what servers and mail programs act on
wire       its size and its lines
text       the part for who reads no HTML
subset     tags and attributes that Gmail, Outlook and Apple Mail all handle
style      the same for styles
structure  what a screen reader goes by
contrast   every word against what is behind it, by day and by night
links      where they lead, and that both parts lead there
"""

import re
from collections.abc import Iterable
from email.parser import BytesHeaderParser
from email.utils import parseaddr

from mail_linter import contrast, headers, links, structure, style, subset, text, wire
from mail_linter.mail import Mail

ALWAYS = (headers.lint, wire.lint)
OF_BOTH_PARTS = (
    text.lint,
    subset.lint,
    style.lint,
    structure.lint,
    contrast.lint,
    links.lint,
)

_OF_ONE = re.compile(rb"^(?:To|Date|Message-ID):.*$|/(?:u|me)/[\w-]{22}", re.MULTILINE)


def lint(content: bytes) -> list[str]:
    """Say what is wrong with a mail, as its reader gets it; nothing, if it is good."""
    mail = Mail(content)
    rules = ALWAYS + OF_BOTH_PARTS if mail.has_both_parts else ALWAYS
    return list(dict.fromkeys(finding for rule in rules for finding in rule(mail)))


def lint_all(contents: Iterable[bytes], sender: str) -> list[str]:
    """Say what is wrong with those of these mails that are ours: that `sender` has sent.

    Copies of an edition differ by their readers alone, so one of them is looked at.
    """
    _, ours = parseaddr(sender)
    differing = {_alike(it): it for it in contents if _sender(it) == ours}
    return [finding for content in differing.values() for finding in lint(content)]


def _sender(content: bytes) -> str:
    """Return the address that a mail is from; of what is no mail, none."""
    headers = BytesHeaderParser().parsebytes(content)
    return parseaddr(str(headers["From"] or ""))[1]


def _alike(content: bytes) -> bytes:
    """Return what all copies have in common; a token may stand behind a soft line break."""
    return _OF_ONE.sub(b"", content.replace(b"=\r\n", b""))
