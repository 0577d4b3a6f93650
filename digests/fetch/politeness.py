"""One request at a time to each host, and not too soon after the last, whoever makes it.

The workers of all machines share one database, so the turns are taken there: a lock for as long as
a request lasts, a row for when it began, and the database's clock for all of them.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from digests.fetch.errors import FetchError

# Between the beginnings of two requests. A rule holds for a domain and all below it.
# arXiv's terms of use ask for 3 seconds, on export. and rss. too. Requests that began 3.00 apart
# arrived 2.97 apart, as one connection takes longer than the next.
INTERVALS = {"arxiv.org": dt.timedelta(seconds=3.5)}
USUAL = dt.timedelta(seconds=1)
# As long as a request may take. A machine that lost its power may hold a turn for hours.
PATIENCE = dt.timedelta(seconds=60)
_QUEUE = dt.timedelta(minutes=5)  # until a queue that long may be over: more than a fetcher waits

# PostgreSQL keeps locks with two keys apart from those with one, which `config.locks` takes.
_FAMILY = 1
_SIGNED = 2**31  # crc32 has no sign, the key has


@contextmanager
def polite(
    host: str,
    interval: dt.timedelta | None = None,
    *,
    patience: dt.timedelta = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Wait for our turn at a host and keep it; the next one begins `interval` after ours.

    PostgreSQL holds the turn for as long as the connection lives, so a killed worker frees it.

    Raises:
        FetchError: transient, where others kept the turn for longer than `patience`.
        RuntimeError: within a transaction, which would hide the time of our request from others.

    """
    name, usual = _rule(host)
    _take_turn(name, patience)
    try:
        sleep(_seconds_left(name, usual if interval is None else interval))
        _note_request(name)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", _key(name))


def _rule(host: str) -> tuple[str, dt.timedelta]:
    """Return the name under which a host takes turns, and its interval."""
    host = host.lower().rstrip(".")
    for domain, interval in INTERVALS.items():
        if host == domain or host.endswith(f".{domain}"):
            return domain, interval
    return host, USUAL


def _key(name: str) -> list[int]:
    return [_FAMILY, crc32(name.encode()) - _SIGNED]


def _take_turn(name: str, patience: dt.timedelta) -> None:
    """Wait for the lock, which outlives the transaction that limits the waiting."""
    milliseconds = f"{patience // dt.timedelta(milliseconds=1)}ms"
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [milliseconds])
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", _key(name))
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise FetchError(
            f"{name} is busy with other workers' requests; try again later",
            is_transient=True,
            retry_after=_QUEUE,
        ) from error


def _seconds_left(name: str, interval: dt.timedelta) -> float:
    """Return how long to wait; never more than the interval, wherever the clock has gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last_request_at + make_interval(secs => %s) - clock_timestamp()"
            " FROM digests_host WHERE name = %s",
            [interval.total_seconds(), name],
        )
        row = cursor.fetchone()
    left: dt.timedelta = row[0] if row else dt.timedelta()
    return min(max(left, dt.timedelta()), interval).total_seconds()


def _note_request(name: str) -> None:
    """Write down that a request begins: before it does, so that a crash forgets none."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO digests_host (name, last_request_at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET last_request_at = EXCLUDED.last_request_at",
            [name],
        )
