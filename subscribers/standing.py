"""What a reader's choices mean, told to her in her language."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from config import dates
from config.enumeration import enumerate_words
from subscribers import mornings
from subscribers.models import Subscriber
from subscribers.schedule import EVERY_DAY, MONDAY_TO_FRIDAY, Schedule, bits_to_days


def standing(reader: Subscriber, now: dt.datetime) -> str:
    """Say when she will hear from us: who is not paused has a next morning, by a constraint."""
    if reader.next_due_at:
        return next_mail(reader, now)
    return _("Your mail is paused until %(day)s.") % {"day": paused_until_day(reader)}


def next_mail(reader: Subscriber, now: dt.datetime) -> str:
    """Say when her mail comes, or goes on after a pause; "" where she gets none."""
    due = reader.next_due_at
    if reader.state == Subscriber.State.PAUSED and reader.paused_until:
        due = reader.schedule.first_due(reader.paused_until)
    if due is None:
        return ""
    due = _not_had_yet(reader, due)
    if due <= now:
        return _on_its_way(reader)
    moment = dates.moment(due, reader.time_zone)
    if reader.hears_of_silence:
        return _("Your next mail: %(moment)s.") % {"moment": moment}
    only_if = _("Your next mail: %(moment)s, if there is something new for you by then.")
    return only_if % {"moment": moment}


def paused_until_day(reader: Subscriber) -> str:
    """Spell the day with which her pause ends; "" where she is not paused."""
    until = reader.paused_until if reader.state == Subscriber.State.PAUSED else None
    return dates.day(until.astimezone(ZoneInfo(reader.time_zone))) if until else ""


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
    return dates.zone_name(time_zone.rpartition("/")[2])


def _on_its_way(reader: Subscriber) -> str:
    if reader.hears_of_silence:
        return _("Your next mail is on its way.")
    return _("Your next mail is on its way, if there is something new for you.")


def _not_had_yet(reader: Subscriber, due: dt.datetime) -> dt.datetime:
    """Return when the first morning from `due` on begins whose date has not brought its mail.

    No date brings two: not to who confirmed in the night, nor to who moved her hour to the evening.
    """
    schedule = reader.schedule
    had = mornings.had_since(reader, schedule.date_at(due))
    while schedule.date_at(due) in had:
        due = schedule.next_due(due)
    return due


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
