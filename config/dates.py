"""Dates, hours and time zones as a reader would say them in her language.

Names of days and months come with Django; how they are put together stands here, for Django's own
formats know no weekday. The letters are those of its `date` filter.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as spell
from django.utils.translation import gettext as _

from config import languages


@dataclass(frozen=True, slots=True)
class Patterns:
    """How a language writes a date of these weeks, any date, and a month."""

    day: str
    full_day: str
    month: str
    first: str = "j"  # the first of a month


PATTERNS = {
    "en": Patterns("l j F", "l, j F Y", "F Y"),
    "de": Patterns("l, j. F", "l, j. F Y", "F Y"),
    "fr": Patterns("l j F", "l j F Y", "F Y", first=r"j\e\r"),
    "es": Patterns(r"l j \d\e F", r"l, j \d\e F \d\e Y", r"F \d\e Y"),
    "zh-hans": Patterns("n月j日 l", "Y年n月j日 l", "Y年n月"),
}


def day(date: dt.date) -> str:
    """Spell a date of these weeks: "Monday 16 March"."""
    return _spell(date, _patterns().day)


def full_day(date: dt.date) -> str:
    """Spell any date: "Monday, 16 March 2026"."""
    return _spell(date, _patterns().full_day)


def month(date: dt.date) -> str:
    """Spell a date's month: "March 2026"."""
    return spell(date, _patterns().month)


def clock(time: dt.time | dt.datetime) -> str:
    """Spell a time of day, as all our languages write it: "07:00"."""
    return f"{time:%H:%M}"


def zone_name(time_zone: str) -> str:
    """Spell an IANA time zone: `America/New_York` is "America/New York"."""
    return time_zone.replace("_", " ")


def moment(when: dt.datetime, time_zone: str) -> str:
    """Spell a moment where the reader lives: "Monday 16 March, 07:00, Europe/Berlin"."""
    local = when.astimezone(ZoneInfo(time_zone))
    words = {"day": day(local), "time": clock(local), "place": zone_name(time_zone)}
    return _("%(day)s, %(time)s, %(place)s") % words


def _patterns() -> Patterns:
    return PATTERNS.get(languages.active(), PATTERNS[languages.USUAL_LANGUAGE])


def _spell(date: dt.date, pattern: str) -> str:
    return spell(date, pattern.replace("j", _patterns().first) if date.day == 1 else pattern)
