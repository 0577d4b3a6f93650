"""One chunk of due readers, in three steps.

1. *Read*, in one snapshot and without a lock: put readers with equal choices and equal memory into
   one group, and find each group's list once.
2. *Store the editions*, in a transaction of their own. Others who compose the same list wait for a
   moment at most; an edition that nobody gets in the end does no harm.
3. *Write*, in one transaction: move every reader's next morning on, if it still is what was read,
   and write her delivery. Whoever changed hers meanwhile is left for the next round.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from digests.matching.rematch import rematch
from digests.models import Topic
from digests.trend import STANDING
from newsletter.compose import bundles, lists, readers
from newsletter.models import BUNDLE_SIZE, Delivery
from subscribers.schedule import Schedule

_KEYS = 2**128


@dataclass(frozen=True, slots=True)
class Chunk:
    """The readers whose choice has a key from `first` to `last`."""

    first: UUID
    last: UUID

    @classmethod
    def cut(cls, number: int) -> Sequence[Self]:
        """Cut all readers into so many chunks: keys are hashes, and spread evenly."""
        return [
            cls(UUID(int=_KEYS * place // number), UUID(int=_KEYS * (place + 1) // number - 1))
            for place in range(number)
        ]


@dataclass(frozen=True, slots=True)
class Composed:
    """How many readers were due, and for how many something or nothing was found."""

    due: int = 0
    planned: int = 0
    skipped: int = 0

    def __add__(self, other: "Composed") -> "Composed":
        sums = (getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        return Composed(*sums)


def compose_chunk(chunk: Chunk, now: dt.datetime) -> Composed:
    """Compose for all readers of a chunk who are due."""
    total = Composed()
    with connection.cursor() as cursor:
        while due := _read(cursor, chunk, now):
            cursor.execute(lists.EDITIONS, {"now": now, "empty_key": lists.EMPTY_KEY})
            taken, composed = _write(cursor, chunk, now)
            total += composed
            if taken == due:
                break
        cursor.execute(CLEAR)
    return total


def _read(cursor: CursorWrapper, chunk: Chunk, now: dt.datetime) -> int:
    """Find out who is due and gets what; return how many are due."""
    while True:
        with _snapshot(cursor):
            # Who excluded words since the last rematch is in this snapshot or in a later one.
            if not Topic.objects.own().unmatched().exists():
                return _find_lists(cursor, chunk, now)
        rematch(now)


@contextmanager
def _snapshot(cursor: CursorWrapper) -> Iterator[None]:
    """Have all that is read be of one moment; within a transaction, that is up to the caller."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(SETTINGS)
        yield


def _find_lists(cursor: CursorWrapper, chunk: Chunk, now: dt.datetime) -> int:
    cursor.execute(CLEAR)
    cursor.execute(readers.MINE, _keys(chunk) | {"now": now})
    due: int = cursor.rowcount
    if due:
        since = _work_out_mornings(cursor, now)
        for statement in (*readers.STATEMENTS, STANDING, *lists.STATEMENTS):
            cursor.execute(statement, {"now": now, "since": since, "seen": [*Delivery.SEEN]})
    return due


def _work_out_mornings(cursor: CursorWrapper, now: dt.datetime) -> dt.date:
    """Store the morning of each schedule, worked out once; return where the first window begins."""
    cursor.execute(readers.SCHEDULES)
    mornings = [
        _morning(Schedule(zone, hour, days), begins_at, now)
        for zone, hour, days, begins_at in cursor.fetchall()
    ]
    cursor.execute(readers.MORNINGS, {name: [it[name] for it in mornings] for name in mornings[0]})
    first: dt.date = min(it["window_start"] for it in mornings)
    return first


def _morning(schedule: Schedule, begins_at: dt.datetime, now: dt.datetime) -> dict[str, Any]:
    date, moment = schedule.morning(begins_at, now)
    return {
        "time_zone": schedule.time_zone,
        "hour": schedule.hour,
        "days": schedule.days,
        "begins_at": begins_at,
        "date": date,
        "window_start": date - _look_back(),
        "closes_at": moment + settings.SENDING_WINDOW,
        "next_at": schedule.next_due(now),
    }


def _keys(chunk: Chunk) -> dict[str, Any]:
    return {"first": chunk.first, "last": chunk.last}


def _look_back() -> dt.timedelta:
    return dt.timedelta(days=settings.LOOKBACK_DAYS)


def _write(cursor: CursorWrapper, chunk: Chunk, now: dt.datetime) -> tuple[int, Composed]:
    """Write what was found for those readers who are still as they were; return how many are."""
    with transaction.atomic():
        cursor.execute(SETTINGS)
        values = {"now": now, "size": BUNDLE_SIZE, "empty_key": lists.EMPTY_KEY}
        for statement in bundles.STATEMENTS:
            cursor.execute(statement, _keys(chunk) | values)
        taken = cursor.rowcount
        cursor.execute(bundles.DELIVERIES)
        planned, skipped = cursor.fetchone()
        cursor.execute(bundles.DUE_BY_DATE)
        due = cursor.fetchall()
        # Last, and by date: whoever else composes for this morning waits for its row.
        cursor.executemany(bundles.MORNINGS, due)
    return taken, Composed(sum(count for _, count in due), planned, skipped)


# A chunk is work for one core, done in memory. What is compiled, or found out about a table with
# ten times the care, would be used once.
SETTINGS = """
SET LOCAL work_mem = '64MB';
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL default_statistics_target = 10;
SET LOCAL jit = off
"""

_TABLES = (*readers.TABLES, "standing", *lists.TABLES, *bundles.TABLES)
CLEAR = f"DROP TABLE IF EXISTS {', '.join(_TABLES)}"
