"""Dates, votes, addresses and names as people write them in lists of their own."""

import datetime as dt
import re

from digests.sources.parsed import DigestError

_MAX_VOTES_DIGITS = 9  # more do not fit the column that keeps them

_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ].{0,40})?")
_VOTES = re.compile(rf"[0-9]{{1,{_MAX_VOTES_DIGITS}}}")
_URL = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


def read_date(text: str, line: int | None) -> dt.date:
    """Return the day of "2026-06-30" or "2026-6-30", with or without a time behind it.

    Raises:
        DigestError: where that is not how the text begins, or no such day is in the calendar.

    """
    if parts := _DATE.fullmatch(text):
        try:
            return dt.date(int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError:
            pass  # a 13th month, a 31st of June: the same remedy
    raise DigestError(f"{text[:40]!r} is not a date; write it as 2026-06-30", line=line)


def read_votes(text: str, line: int | None) -> int:
    """Return the whole number of "12".

    Raises:
        DigestError: where it is none, is below zero or has more than nine digits.

    """
    if not _VOTES.fullmatch(text):
        raise DigestError(
            f"{text[:40]!r} is no number of votes; write a whole number such as 0 or 12", line=line
        )
    return int(text)


def read_url(text: str, line: int | None) -> str:
    """Return the address if it is one of the web.

    Raises:
        DigestError: where it does not begin with http:// or https://, or holds blanks.

    """
    if not _URL.fullmatch(text):
        raise DigestError(
            f"{text[:80]!r} is no web address; give all of it, from https:// on", line=line
        )
    return text


def read_authors(text: str) -> tuple[str, ...]:
    """Return the names between semicolons or, where there is none, between commas."""
    names = text.split(";" if ";" in text else ",")
    return tuple(name for name in (" ".join(part.split()) for part in names) if name)
