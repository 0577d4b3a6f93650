"""The clock that edges read. Everything below them takes the time as an argument."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

Clock = Callable[[], dt.datetime]


def clock(at: str | None = None) -> Clock:
    """Return a clock that shows the time, or one that stands still at `at` (ISO 8601).

    A time without a zone is UTC.

    Raises:
        ValueError: where `at` is no ISO time.

    """
    if at is None:
        return timezone.now
    moment = dt.datetime.fromisoformat(at)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return lambda: moment.astimezone(dt.UTC)
