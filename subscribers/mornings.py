"""The rows that say when active readers are due next, and by a key what they want then."""

import datetime as dt
from collections.abc import Collection

from django.conf import settings
from django.db import connection

from subscribers.models import NextMorning, Subscriber


def expect(readers: Collection[int], begins_at: dt.datetime) -> None:
    """Note when the next morning of these readers begins, and what they want by now."""
    _note(readers, begins_at)


def note_choice(reader: Subscriber) -> None:
    """Note what she wants by now, if she is due at all: composing puts equal readers together."""
    _note([reader.pk], None)


def take_up(reader: Subscriber, now: dt.datetime) -> None:
    """Have her due again who had stopped her mail: at once, or else on her next morning.

    At once where the last morning that began has brought her nothing, and its mail could still
    leave. So who takes back what she has just done misses none, not even her only one of the week.
    """
    schedule = reader.schedule
    date, began_at = schedule.morning(reader.confirmed_at or reader.created_at, now)
    if began_at + settings.SENDING_WINDOW <= now or had_since(reader, date):
        expect([reader.pk], schedule.next_due(now))
    else:  # of today's, nobody is to think that it was forgotten since its hour
        expect([reader.pk], now if schedule.date_at(now) == date else began_at)


def had_since(reader: Subscriber, date: dt.date) -> set[dt.date]:
    """Return the dates, from one on, whose mornings are accounted for: sent, skipped, called off.

    No date has a second one, for it has one delivery at most.
    """
    return {*reader.deliveries.filter(date__gte=date).values_list("date", flat=True)}


def forget(reader: Subscriber) -> None:
    """Have her not be due any more; waits for whoever composes for her this moment."""
    NextMorning.objects.filter(subscriber=reader).delete()


def _note(readers: Collection[int], begins_at: dt.datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"readers": [*readers], "begins_at": begins_at})


# Two readers with one `choice` follow and exclude the same, and want as many papers: what is
# hashed is that itself, and nobody finds two of it that have 128 bits of SHA-256 in common.
NOTE = """
INSERT INTO subscribers_nextmorning AS morning (subscriber_id, begins_at, choice, newest_since)
SELECT reader.id, coalesce(%(begins_at)s, present.begins_at),
       encode(substring(sha256(convert_to(max_papers || wishes, 'UTF8')) FOR 16), 'hex')::uuid,
       wanted.newest_since
  FROM subscribers_subscriber reader
  LEFT JOIN subscribers_nextmorning present ON present.subscriber_id = reader.id
 CROSS JOIN LATERAL (
       SELECT coalesce(string_agg(CASE WHEN excludes THEN '-' ELSE '+' END || topic_id, ''
                                  ORDER BY topic_id), '') AS wishes,
              coalesce(max(since) FILTER (WHERE NOT excludes), DATE '0001-01-01') AS newest_since
         FROM subscribers_subscription
        WHERE subscriber_id = reader.id
       ) AS wanted
 WHERE reader.id = ANY(%(readers)s)
   AND (present.subscriber_id IS NOT NULL OR %(begins_at)s::timestamptz IS NOT NULL)
    ON CONFLICT (subscriber_id) DO UPDATE
   SET begins_at = coalesce(%(begins_at)s, morning.begins_at),
       choice = excluded.choice,
       newest_since = excluded.newest_since
"""
