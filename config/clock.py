"""The clock that edges read. Everything below them takes the time as an argument."""

import datetime as dt
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

Clock = Callable[[], dt.datetime]


def clock(at: str | None = None) -> Clock:
    """Return a clock that shows the time, or one that stands still at `at` (ISO 8601).

    The time is the database's: workers on several hosts must agree on when a lease is over. A time
    without a zone is UTC.

    Raises:
        ValueError: where `at` is no ISO time.

    """
    if at is None:
        return _database_clock()
    moment = dt.datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return lambda: moment.astimezone(dt.UTC)


def _database_clock() -> Clock:
    """Ask the database for its time once, and go on from there by this machine's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        ahead: dt.timedelta = cursor.fetchone()[0] - timezone.now()
    return lambda: timezone.now() + ahead
