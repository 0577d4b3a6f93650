"""When to try again: pure."""

import datetime as dt

# Patient enough for greylisting, which asks for some minutes; then once an hour while the morning
# lasts.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def next_attempt(
    attempts: int, now: dt.datetime, retry_after: dt.timedelta | None = None
) -> dt.datetime:
    """Return when to try again after the `attempts`-th attempt (from 1) was put off."""
    wait = WAITS[min(attempts, len(WAITS)) - 1]
    return now + max(wait, retry_after or wait)
