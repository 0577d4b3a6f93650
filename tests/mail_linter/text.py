"""The text part: written for who reads it, not what is left of the HTML without its tags."""

import re
from collections.abc import Iterator

from mail_linter.mail import Mail

_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|[a-z]+);", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>]+")
MOST_EMPTY_LINES = 2


def lint(mail: Mail) -> Iterator[str]:
    """Find markup, gaps, and addresses that no program would make a link of."""
    if not mail.text.strip():
        yield "its text part says nothing"
    if left := next(_left_over(mail), None):
        yield f"its text part holds markup: {left}"
    if "\n" * (MOST_EMPTY_LINES + 2) in mail.text.replace(" ", ""):
        yield f"its text part has more than {MOST_EMPTY_LINES} empty lines in a row"
    if any(line != line.rstrip() for line in mail.text.split("\n")):
        yield "a line of its text part ends in spaces"


def links(mail: Mail) -> set[str]:
    """Return the addresses in the text part."""
    return {*_ADDRESS.findall(mail.text)}


def _left_over(mail: Mail) -> Iterator[str]:
    """Yield markup, unless the reader of the HTML sees the same: then a paper speaks of it."""
    seen = mail.document.words
    for found in _MARKUP.findall(mail.text):
        if " ".join(found.split()) not in seen:
            yield found
