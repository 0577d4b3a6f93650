"""The clock that edges read. Everything below them takes the time as an argument."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

Clock = Callable[[], dt.datetime]


def clock(at: str | None = None) -> Clock:
    """Return a clock that shows the time, or one that was set to `at` (ISO 8601) just now.

    A time without a zone is UTC.

    Raises:
        ValueError: where `at` is no ISO time.

    """
    if at is None:
        return timezone.now
    start = dt.datetime.fromisoformat(at)
    start = start if start.tzinfo else start.replace(tzinfo=dt.UTC)
    ahead = start.astimezone(dt.UTC) - timezone.now()
    return lambda: timezone.now() + ahead
