"""Transports that take no mail, for all workers: leave them alone, and try by one mail at times.

An open breaker may be tried after 1, 5, 15, 60, 60 ... minutes, or after the pause that the other
side asked for, by whichever worker takes the try first. `watch` decides when one opens.
"""

import datetime as dt

from django.conf import settings
from django.db.models import F, Q, QuerySet

from newsletter.models import Breaker
from newsletter.sending.retry import WAITS

SHORTEST_PAUSE = dt.timedelta(seconds=1)
IN_ORDER = {
    "opened_at": None,
    "retry_at": None,
    "probing_until": None,
    "probes": 0,
    "failures": 0,
    "reason": "",
}


def look(transport: str) -> Breaker:
    """Return the breaker of a transport; one that has none yet is in order."""
    return _of(transport).first() or Breaker(transport=transport)


def trip(transport: str, reason: str, now: dt.datetime, pause: dt.timedelta | None = None) -> None:
    """Open a breaker that is in order."""
    Breaker.objects.get_or_create(transport=transport)
    opened = {"opened_at": now, "retry_at": now + _wait(0, pause), "reason": reason}
    _of(transport).filter(opened_at=None).update(**IN_ORDER | opened)


def take_try(transport: str, now: dt.datetime) -> bool:
    """Be the one worker that tries, if it is time; if it dies, another may after a lease."""
    free = Q(probing_until=None) | Q(probing_until__lte=now)
    due = _of(transport).filter(free, retry_at__lte=now)
    return due.update(probing_until=now + settings.LEASE) > 0


def leave_try(transport: str) -> None:
    """Leave the try to another worker, for lack of mail."""
    _of(transport).update(probing_until=None)


def fail_try(
    transport: str, reason: str, now: dt.datetime, pause: dt.timedelta | None = None
) -> None:
    """Note that the try was in vain: the next one is later."""
    probes = look(transport).probes + 1
    _of(transport).filter(opened_at__isnull=False).update(
        probes=probes, retry_at=now + _wait(probes, pause), probing_until=None, reason=reason
    )


def mend(transport: str) -> None:
    """Close a breaker: mail is taken again."""
    _of(transport).update(**IN_ORDER)


def count_failure(transport: str) -> int:
    """Count one more attempt in a row that reached nobody, and return how many there were."""
    Breaker.objects.get_or_create(transport=transport)
    _of(transport).update(failures=F("failures") + 1)
    return look(transport).failures


def forget_failures(transport: str) -> None:
    """Note that the other side was reached."""
    _of(transport).update(failures=0)


def try_at_once(now: dt.datetime) -> None:
    """Have every open breaker tried now: an operator has mended what was wrong."""
    Breaker.objects.filter(opened_at__isnull=False).update(retry_at=now, probing_until=None)


def _of(transport: str) -> QuerySet[Breaker]:
    return Breaker.objects.filter(transport=transport)


def _wait(probes: int, pause: dt.timedelta | None) -> dt.timedelta:
    if pause is not None:
        return max(pause, SHORTEST_PAUSE)
    return WAITS[min(probes, len(WAITS) - 1)]
