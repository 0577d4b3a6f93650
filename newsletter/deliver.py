"""The whole round, from waking readers to the accounts: what tasks do bit by bit, in one call."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from config.clock import Clock
from digests.matching.rematch import rematch
from digests.models import Topic
from newsletter.accounts import Account, accounts
from newsletter.compose import Composed, compose
from newsletter.models import Heartbeat, Morning
from newsletter.send import send_ready
from newsletter.sweep import sweep
from newsletter.transports import open_transport
from subscribers import letters, lifecycle

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, and the accounts of the mornings around it."""

    letters: int
    composed: Composed
    results: Counter[str]
    accounts: list[Account]


def prepare(now: dt.datetime) -> Composed:
    """Do what comes before sending: end pauses, settle what got stuck, compose what is due.

    Topics find their papers first: what was chosen or changed before the morning counts.
    """
    lifecycle.wake(now)
    lifecycle.forget_unconfirmed(now)
    lifecycle.forget_unfollowed()
    sweep(now)
    if Topic.objects.unmatched().exists():
        rematch(now)
    composed = compose(now)
    Heartbeat.objects.update_or_create(name="tick", defaults={"beaten_at": now})
    return composed


def deliver(clock: Clock) -> Round:
    """Compose and send everything that is due, here and now, without broker or worker.

    Raises:
        TransportClosedError: mail cannot leave; what was composed stays planned for the next round.

    """
    began = clock()
    posted = letters.post_waiting(began)
    composed = prepare(began)
    dates = mornings_around(began)
    with open_transport() as transport:
        results = send_ready(transport, clock)
    sweep(clock())  # what was composed too late for its morning
    return Round(posted, composed, results, accounts(dates))


def mornings_around(now: dt.datetime) -> list[dt.date]:
    """Return the mornings of which some zone may be at work: dates are a day apart at most."""
    around = (now.date() - 2 * ONE_DAY, now.date() + ONE_DAY)
    mornings = Morning.objects.filter(date__range=around).order_by("date")
    return [*mornings.values_list("date", flat=True)]
