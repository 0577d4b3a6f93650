"""The dates of feeds: Atom and JSON Feed write RFC 3339, RSS writes RFC 822, and many neither."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

_LONGEST = 64  # characters
_UNPADDED = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(.*)", re.DOTALL)


def moment(text: str) -> dt.datetime | None:
    """Return the moment in UTC, which is also the zone of what names none; None if there is none.

    In UTC, because PostgreSQL refuses a moment whose zone is 16 hours or more away from it.
    """
    read = _read(text)
    try:
        return read and read.replace(tzinfo=read.tzinfo or dt.UTC).astimezone(dt.UTC)
    except OverflowError:  # the year 1 in the east and 9999 in the west are none in UTC
        return None


def day(text: str) -> dt.date | None:
    """Return the date as it is written, whatever its zone; None if there is none."""
    read = _read(text)
    return read.date() if read else None


def _read(text: str) -> dt.datetime | None:
    text = text.strip()
    return None if len(text) > _LONGEST else _rfc_3339(text) or _rfc_822(text)


def _rfc_3339(text: str) -> dt.datetime | None:
    if parts := _UNPADDED.fullmatch(text):  # "2026-6-30" is met in the wild
        year, month, day_of_month, time = parts.groups()
        text = f"{year}-{month:0>2}-{day_of_month:0>2}{time}"
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc_822(text: str) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
