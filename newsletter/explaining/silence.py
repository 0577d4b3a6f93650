"""Why there is no delivery for a reader and a date, as far as the rows can tell."""

import calendar
import datetime as dt
from collections.abc import Iterator

from newsletter.explaining.whereabouts import minute
from subscribers.models import Subscriber, Suppression
from subscribers.schedule import ONE_DAY, bits_to_days

State = Subscriber.State


def silence(
    reader: Subscriber, suppression: Suppression | None, date: dt.date, now: dt.datetime
) -> str:
    """Say why `reader` has no delivery of `date`, the first reason that there is."""
    end_of_day = reader.schedule.midnight(date + ONE_DAY)
    reasons = [
        *_of_state(reader, end_of_day),
        *_of_suppression(suppression, end_of_day),
        *_of_schedule(reader, date, now),
    ]
    return reasons[0]


def schedule_of(reader: Subscriber) -> str:
    """Say when she gets mail, and how much."""
    days = ", ".join(calendar.day_abbr[day] for day in bits_to_days(reader.days))
    most = f"{reader.max_papers} papers at most"
    told = "; told where there is nothing new" if reader.hears_of_silence else ""
    return f"{days} at {reader.hour:02}:00, {reader.time_zone}; {most}{told}"


def is_to_come(reader: Subscriber, date: dt.date, now: dt.datetime) -> bool:
    """Tell whether `date` is the one for which she is composed for next."""
    due = reader.next_due_at
    return due is not None and reader.schedule.morning(due, max(due, now))[0] == date


def _of_state(reader: Subscriber, end_of_day: dt.datetime) -> Iterator[str]:
    left = reader.unsubscribed_at
    if reader.state == State.PENDING:
        yield "she has not confirmed her address"
    if reader.state == State.UNSUBSCRIBED and left and left < end_of_day:
        yield f"she unsubscribed at {minute(left)}"
    if reader.state == State.PAUSED and reader.paused_until:
        yield f"she is paused until {minute(reader.paused_until)}"


def _of_suppression(suppression: Suppression | None, end_of_day: dt.datetime) -> Iterator[str]:
    if suppression and suppression.created_at < end_of_day:
        reason = suppression.get_reason_display()
        yield f"her address is suppressed since {minute(suppression.created_at)} ({reason})"


def _of_schedule(reader: Subscriber, date: dt.date, now: dt.datetime) -> Iterator[str]:
    begins, due = reader.schedule.begins(date), reader.next_due_at
    if due and due <= now and is_to_come(reader, date, now):
        yield f"she is due since {minute(due)}, and nobody has composed for her yet"
    elif begins is None:
        yield f"it is not one of her days ({schedule_of(reader)})"
    elif reader.confirmed_at and begins <= reader.confirmed_at:
        yield f"she confirmed her address at {minute(reader.confirmed_at)}, after it had begun"
    elif begins > now:
        yield f"it has not come yet, it begins at {minute(begins)}"
    yield (
        "there is no record of it: she may have been paused, or had other days then, or nothing "
        "was composed until her next morning began, which brought it all"
    )
