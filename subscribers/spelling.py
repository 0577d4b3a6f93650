"""Moments and places as a reader would say them."""

import datetime as dt
from zoneinfo import ZoneInfo


def place(time_zone: str) -> str:
    """Spell an IANA time zone: `America/New_York` is "America/New York"."""
    return time_zone.replace("_", " ")


def day(date: dt.date) -> str:
    """Spell a date: "Monday 16 March"."""
    return f"{date:%A} {date.day} {date:%B}"


def moment(when: dt.datetime, time_zone: str) -> str:
    """Spell a moment where the reader lives: "Monday 16 March, 07:00, Europe/Berlin"."""
    local = when.astimezone(ZoneInfo(time_zone))
    return f"{day(local)}, {local:%H:%M}, {place(time_zone)}"
