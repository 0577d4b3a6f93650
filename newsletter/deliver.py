"""The whole round, from waking readers to the accounts: what tasks do bit by bit, in one call."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from config.clock import Clock
from digests.matching.rematch import rematch
from digests.models import Topic
from newsletter import events
from newsletter.accounts import Account, accounts
from newsletter.compose import Composed, compose
from newsletter.models import Heartbeat, Morning
from newsletter.sending.halts import awaits_resume, halt_if_restored
from newsletter.sending.send import send_ready
from newsletter.sending.sweep import sweep
from newsletter.sending.transports import open_transport
from subscribers import choosing, letters, lifecycle, moving

ONE_DAY = dt.timedelta(days=1)


class Watcher(Protocol):
    """Somebody who sees how far a round is, and may end it between two mails."""

    def composing(self, now: dt.datetime) -> None:
        """Be told that composing begins."""

    def composed(self, so_far: Composed) -> None:
        """Be told for how many readers there is a list by now."""

    def sending(self, now: dt.datetime) -> None:
        """Be told that sending begins."""

    def sent(self, results: Counter[str]) -> bool:
        """Be told how many deliveries came to which state by now; say whether to go on."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, and the accounts of the mornings around it."""

    letters: int
    composed: Composed
    results: Counter[str]
    accounts: list[Account]


def prepare(now: dt.datetime) -> None:
    """Do what comes before composing: end pauses, settle what got stuck, match what is new.

    Topics find their papers first: what was chosen or changed before the morning counts. And before
    all else it is asked whether this database is what it was.
    """
    halt_if_restored(now)
    lifecycle.wake(now)
    lifecycle.forget_unconfirmed(now)
    moving.forget_old(now)
    choosing.forget_unfollowed()
    sweep(now)
    events.apply_waiting(now)
    events.forget_old(now)
    if Topic.objects.unmatched().exists():
        rematch(now)
    Heartbeat.objects.update_or_create(name="tick", defaults={"beaten_at": now})


def deliver(clock: Clock, watcher: Watcher | None = None) -> Round:
    """Compose and send everything that is due, here and now, without broker or worker.

    What a watcher ends stays planned, all but the mails that were leaving.

    Raises:
        ClosedError: mail cannot leave; what was composed stays planned for the next round.

    """
    began = clock()
    posted = letters.post_waiting(began)
    prepare(began)
    if watcher:
        watcher.composing(began)
    composed = Composed()
    if not awaits_resume():
        composed = compose(began, progress=watcher.composed if watcher else None)
    dates = mornings_around(began)
    if watcher:
        watcher.sending(clock())
    with open_transport() as transport:
        results = send_ready(transport, clock, may_go_on=watcher.sent if watcher else None)
    sweep(clock())  # what was composed too late for its morning
    return Round(posted, composed, results, accounts(dates))


def mornings_around(now: dt.datetime) -> list[dt.date]:
    """Return the mornings of which some zone may be at work: dates are a day apart at most."""
    around = (now.date() - 2 * ONE_DAY, now.date() + ONE_DAY)
    mornings = Morning.objects.filter(date__range=around).order_by("date")
    return [*mornings.values_list("date", flat=True)]
