"""Due subscribers -> editions and deliveries: sets, not loops.

A chunk of due subscribers is one transaction: lock them, put readers with equal choices and equal
memory into one group, compose each group's list once, write editions and deliveries, and move
every reader's next morning on. Killed anywhere, a chunk is composed whole or not at all.

What a list holds: papers of the reader's topics, first listed within the look-back window and
since she follows the topic that brings them, that belong to no topic she excludes and are in no
edition of hers she has, or may have, seen. A paper's `first_listed_on` never rises, and no edition
is older than its papers; so whoever looks at editions no older than the window sees every one that
could hold a candidate.
"""

import datetime as dt
from dataclasses import dataclass, fields

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from digests.matching.rematch import rematch
from digests.models import Topic
from digests.trend import STANDING
from newsletter.models import Delivery
from subscribers.models import Subscriber

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Composed:
    """How many readers were due, and for how many something or nothing was found."""

    due: int = 0
    planned: int = 0
    skipped: int = 0

    def __add__(self, other: "Composed") -> "Composed":
        sums = (getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        return Composed(*sums)


def compose(now: dt.datetime) -> Composed:
    """Compose for everybody whose morning has begun, chunk by chunk."""
    total = Composed()
    while chunk := _compose_chunk(now):
        total += chunk
    return total


@transaction.atomic
def _compose_chunk(now: dt.datetime) -> Composed | None:
    """Compose for some due subscribers that no other worker holds; None when there are none."""
    due = _lock_due(now)
    if not due:
        return None
    # Who excluded words since the last rematch is locked or has committed: they count.
    if Topic.objects.own().unmatched().exists():
        rematch(now)
    with connection.cursor() as cursor:
        cursor.execute(DUE, _columns(due, now))
        count = _note_due(cursor)
        cursor.execute("SELECT min(window_start) FROM due")
        (since,) = cursor.fetchone()
        for statement in (GROUPS, STANDING, LISTS, EDITIONS):
            cursor.execute(statement, {"seen": [*Delivery.SEEN], "now": now, "since": since})
        cursor.execute(DELIVERIES, {"now": now})
        states = [state for (state,) in cursor.fetchall()]
        cursor.execute(ADVANCE)
        cursor.execute(CLEAR)
    skipped = states.count(Delivery.State.SKIPPED)
    return Composed(count, len(states) - skipped, skipped)


def _lock_due(now: dt.datetime) -> list[Subscriber]:
    readers = Subscriber.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    columns = ("pk", "time_zone", "hour", "days", "max_papers")
    return [*readers.only(*columns).order_by("next_due_at", "pk")[:CHUNK]]


def _columns(due: list[Subscriber], now: dt.datetime) -> dict[str, list[object]]:
    """Return the rows of the table `due`, column by column; each schedule is worked out once."""
    mornings = {
        schedule: (*schedule.last_due(now), schedule.next_due(now))
        for schedule in {reader.schedule for reader in due}
    }
    rows = [(reader, *mornings[reader.schedule]) for reader in due]
    return {
        "subscriber": [reader.pk for reader, *_ in rows],
        "most": [reader.max_papers for reader, *_ in rows],
        "date": [date for _, date, *_ in rows],
        "window": [date - dt.timedelta(days=settings.LOOKBACK_DAYS) for _, date, *_ in rows],
        "closes": [begins + settings.SENDING_WINDOW for *_, begins, _ in rows],
        "next": [following for *_, following in rows],
    }


def _note_due(cursor: CursorWrapper) -> int:
    """Count the due readers by date, before and apart from what is written for them."""
    cursor.execute(MORNINGS)
    return sum(count for (count,) in cursor.fetchall())


# The readers of this chunk. `is_new` is false for one who has her delivery of that date already,
# after she moved her hour or her zone: she waits for her next morning.
DUE = """
CREATE TEMPORARY TABLE due AS
SELECT due.*, delivery.id IS NULL AS is_new
  FROM unnest(%(subscriber)s::bigint[], %(most)s::int[], %(date)s::date[], %(window)s::date[],
              %(closes)s::timestamptz[], %(next)s::timestamptz[])
    AS due (subscriber_id, max_papers, date, window_start, closes_at, next_due_at)
  LEFT JOIN newsletter_delivery delivery USING (subscriber_id, date)
"""

MORNINGS = """
WITH counted AS (SELECT date, count(*) AS due FROM due WHERE is_new GROUP BY date ORDER BY date),
     noted AS (INSERT INTO newsletter_morning AS morning (date, due)
               SELECT date, due FROM counted
                   ON CONFLICT (date) DO UPDATE SET due = morning.due + excluded.due)
SELECT due::int FROM counted
"""

# Readers who follow the same topics since the same dates (no earlier than the window), exclude the
# same ones and were sent the same editions within it get the same list.
GROUPS = """
CREATE TEMPORARY TABLE reader_group AS
WITH chosen AS (
    SELECT due.subscriber_id,
           array_agg(topic_id ORDER BY topic_id) FILTER (WHERE NOT excludes) AS topics,
           array_agg(greatest(since, window_start) ORDER BY topic_id)
               FILTER (WHERE NOT excludes) AS sinces,
           array_agg(topic_id ORDER BY topic_id) FILTER (WHERE excludes) AS excluded
      FROM due JOIN subscribers_subscription USING (subscriber_id)
     GROUP BY due.subscriber_id
), seen AS (
    SELECT due.subscriber_id, array_agg(DISTINCT edition_id ORDER BY edition_id) AS editions
      FROM due
      JOIN newsletter_delivery delivery ON delivery.subscriber_id = due.subscriber_id
                                       AND delivery.date >= due.window_start
     WHERE delivery.state = ANY(%(seen)s)
     GROUP BY due.subscriber_id
)
SELECT row_number() OVER () AS id, date, window_start, max_papers, topics, sinces, excluded,
       coalesce(editions, '{}') AS editions, array_agg(subscriber_id) AS readers
  FROM due LEFT JOIN chosen USING (subscriber_id) LEFT JOIN seen USING (subscriber_id)
 WHERE is_new
 GROUP BY date, window_start, max_papers, topics, sinces, excluded, editions
"""

# A paper is seen when it was sent under any of the numbers it ever had.
LISTS = """
CREATE TEMPORARY TABLE list AS
WITH picked AS (
    SELECT reader_group.id, pick.*
      FROM reader_group CROSS JOIN LATERAL (
        SELECT standing.id AS paper_id,
               array_agg(follow.topic_id) AS topics,
               row_number() OVER (ORDER BY score DESC, standing.place, standing.id) AS place
          FROM unnest(topics, sinces) AS follow (topic_id, since)
          JOIN digests_papertopic USING (topic_id)
          JOIN standing ON standing.id = paper_id
                       AND first_listed_on BETWEEN since AND reader_group.date
         WHERE NOT EXISTS (SELECT FROM newsletter_edition edition
                            WHERE edition.id = ANY(editions) AND paper_ids && numbers)
           AND (excluded IS NULL
                OR NOT EXISTS (SELECT FROM digests_papertopic unwanted
                                WHERE unwanted.paper_id = standing.id
                                  AND unwanted.topic_id = ANY(excluded)))
         GROUP BY standing.id, score, standing.place
         ORDER BY place
         LIMIT max_papers
      ) AS pick
), papers AS (
    SELECT id, array_agg(paper_id ORDER BY place) AS paper_ids FROM picked GROUP BY id
), choosers AS (
    SELECT id, array_agg(DISTINCT topic_id ORDER BY topic_id) AS topic_ids
      FROM picked CROSS JOIN unnest(topics) AS topic_id GROUP BY id
)
SELECT id, paper_ids, topic_ids,
       sha256(convert_to(paper_ids::text || topic_ids::text, 'UTF8')) AS key
  FROM papers JOIN choosers USING (id)
"""

EDITIONS = """
INSERT INTO newsletter_edition (key, paper_ids, topic_ids, composed_at)
SELECT DISTINCT ON (key) key, paper_ids, topic_ids, %(now)s FROM list ORDER BY key
    ON CONFLICT (key) DO NOTHING
"""

DELIVERIES = """
WITH reader AS (SELECT id, unnest(readers) AS subscriber_id FROM reader_group)
INSERT INTO newsletter_delivery (subscriber_id, date, edition_id, state, reason, claims, attempts,
                                 next_attempt_at, closes_at, message_id, composed_at)
SELECT due.subscriber_id, due.date, edition.id,
       CASE WHEN edition.id IS NULL THEN 'skipped' ELSE 'planned' END,
       CASE WHEN edition.id IS NULL THEN 'nothing new' ELSE '' END,
       0, 0, %(now)s, due.closes_at, '', %(now)s
  FROM due JOIN reader USING (subscriber_id)
  LEFT JOIN list ON list.id = reader.id
  LEFT JOIN newsletter_edition edition ON edition.key = list.key
 WHERE due.is_new
    ON CONFLICT ON CONSTRAINT one_delivery_a_reader_and_date DO NOTHING
RETURNING state
"""

ADVANCE = """
UPDATE subscribers_subscriber SET next_due_at = due.next_due_at
  FROM due WHERE subscribers_subscriber.id = due.subscriber_id
"""

CLEAR = "DROP TABLE due, reader_group, standing, list"
