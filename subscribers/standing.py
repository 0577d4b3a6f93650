"""What a reader's choices mean, told to her in her language."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config import dates
from config.enumeration import enumerate_words
from subscribers.models import Subscriber
from subscribers.schedule import EVERY_DAY, Schedule, bits_to_days
from subscribers.schedule import WEEKDAYS as MONDAY_TO_FRIDAY


def standing(reader: Subscriber) -> str:
    """Say when she will hear from us: who is not paused has a next morning, by a constraint."""
    zone = reader.time_zone
    if reader.next_due_at:
        return _next_mail(reader) % {"moment": dates.moment(reader.next_due_at, zone)}
    until = reader.paused_until and dates.day(reader.paused_until.astimezone(ZoneInfo(zone)))
    return _("Your mail is paused until %(day)s.") % {"day": until}


def rhythm(schedule: Schedule) -> str:
    """Say when her mornings are: "Every day at 07:00 in Berlin."."""
    if schedule.time_zone == "UTC":
        pattern = _("%(days)s at %(time)s UTC.")
    else:
        pattern = _("%(days)s at %(time)s in %(city)s.")
    return pattern % {
        "days": _days(schedule.days),
        "time": dates.clock(dt.time(schedule.hour)),
        "city": city(schedule.time_zone),
    }


def city(time_zone: str) -> str:
    """Name the city of an IANA time zone: `America/New_York` is "New York"."""
    return dates.place(time_zone.rpartition("/")[2])


def _next_mail(reader: Subscriber) -> str:
    if reader.hears_of_silence and reader.schedule.is_weekly:
        return _("Your next mail: %(moment)s.")
    return _("Your next mail: %(moment)s, if there is something new for you by then.")


def _days(days: int) -> str:
    """Name the days of a week, at the beginning of a sentence."""
    if days == EVERY_DAY:
        return _("Every day")
    if days == MONDAY_TO_FRIDAY:
        return _("Monday to Friday")
    names = [str(WEEKDAYS[number]) for number in bits_to_days(days)]
    if len(names) == 1:
        return _("Every %(weekday)s") % {"weekday": names[0]}
    return capfirst(enumerate_words(names))
