import datetime as dt
import logging
from random import SystemRandom
from urllib.parse import urlsplit

from celery import shared_task

from config.clock import Clock, clock
from config.locks import alone
from digests.fetch import Fetcher
from digests.models import Source
from digests.models.source import SourceQuerySet
from digests.polling.poll import due, lock_of, poll_days

logger = logging.getLogger(__name__)
STALE_SECONDS = 50
# A fetch that begins within it may take 75 s more, which leaves 15 of a task's 120 s for storing.
# The days that are left then are rung for again.
BUDGET = dt.timedelta(seconds=30)
ALONE = "fetching"
_dice = SystemRandom()


@shared_task(name="digests.fetch_due")
def fetch_due(at: str | None = None) -> None:
    """Ring for the sources that are to be asked now, for one of each host.

    The first to be heard is asked, and the others when it is done. In no order: a host that never
    comes to an end would always go before the same others.
    """
    now = clock(at)()
    first_of = dict[str, int]()
    for source, _ in due(_ready(now), now):
        first_of.setdefault(_host(source), source.pk)
    for number in _dice.sample([*first_of.values()], len(first_of)):
        fetch_source.apply_async((number, at), expires=STALE_SECONDS)


@shared_task(name="digests.fetch_source")
def fetch_source(number: int, at: str | None = None) -> None:
    """Ask a source for its days that are due, then ring for the next.

    One worker at a time asks, whatever the host: with two, of which each waits for a host that does
    not answer, no mail would leave for as long.
    """
    now = clock(at)
    source = Source.objects.filter(pk=number).first()
    if source is None:
        return
    with alone(ALONE) as mine, alone(lock_of(source)) as ours:
        has_asked = mine and ours and _fetch(number, now)
    if has_asked:
        fetch_due.apply_async((at,), expires=STALE_SECONDS)


def _ready(now: dt.datetime) -> SourceQuerySet:
    return Source.objects.polled().exclude(retry_at__gt=now)


def _host(source: Source) -> str:
    try:
        return urlsplit(source.url).hostname or ""
    except ValueError:  # a bracket that is not closed, say; the fetcher will tell
        return ""


def _fetch(number: int, now: Clock) -> bool:
    """Poll a source for a while, the newest day first: its readers wait for that one.

    Returns:
        Whether there was a day to ask for; it may have been asked for since the ring.

    """
    until = now() + BUDGET
    found = due(_ready(now()).filter(pk=number), now())
    for source, days in found:
        for polled in poll_days(source, reversed(days), now=now, fetcher=Fetcher()):
            if polled.error:
                logger.warning("%s %s: %s", polled.source, polled.date, polled.error)
            if now() >= until:
                break
    return bool(found)
