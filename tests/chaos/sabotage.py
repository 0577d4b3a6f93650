"""Builds of the product with one thing broken each: a campaign that stays green proves nothing."""

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.db import connection

from chaos.patches import put
from newsletter import tasks
from newsletter.models import Bundle, Delivery
from newsletter.sending import claims, marker, postbook, send, sweep
from newsletter.sending.copies import Copy
from newsletter.sending.ledger import Answered
from newsletter.sending.outcome import Verdict
from newsletter.sending.postbook import Postbook
from newsletter.sending.rates.buckets import Buckets
from subscribers import bell


def install(name: str) -> None:
    """Break what `name` says."""
    SABOTAGES[name]()


def _lease_sends_again() -> None:
    """Whatever a lost worker had begun is taken to be still here."""
    settle = sweep._settle_one_lost

    def settle_wrongly(now: dt.datetime) -> Counter[str] | None:
        Bundle.objects.lost(now).update(leaving=[])
        return settle(now)

    put(sweep, "_settle_one_lost", settle_wrongly)


def _fence_forgets() -> None:
    """What may be leaving is not written down."""
    words = "SELECT id FROM allowed WHERE"
    assert postbook.ENTER.count(words) == 1, "the ledger says it in other words now"
    put(postbook, "ENTER", postbook.ENTER.replace(words, f"{words} FALSE AND"))


def _fence_is_deaf() -> None:
    """Whatever wants to leave may, whoever holds its bundle."""
    write = Postbook._write

    def write_and_allow(
        book: Postbook, answered: Sequence[Answered], leaving: Mapping[int, str]
    ) -> set[int]:
        write(book, answered, leaving)
        return {*leaving}

    put(Postbook, "_write", write_and_allow)


def _claims_are_late() -> None:
    """Between looking for a bundle and claiming it others may do the same; the fence lets them."""

    def take(claim: uuid.UUID, now: dt.datetime) -> list[Copy] | None:
        bundle = Bundle.objects.ready(now).order_by("pk").first()
        if bundle is None:
            return None
        time.sleep(0.5)
        Bundle.objects.filter(pk=bundle.pk).update(claim=claim, lease_until=now + settings.LEASE)
        return claims._copies(bundle)

    put(send, "take", take)
    _fence_is_deaf()


def _commits_in_haste() -> None:
    """A commit does not wait for the disk; and nobody notices that the database has forgotten."""

    def be_hasty() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO off")

    put(postbook, "_be_durable", be_hasty)
    _restore_goes_unnoticed()


def _silence_is_no() -> None:
    """A mail whose answer is missing is taken to be refused for now."""
    postbook.RESULTS[Verdict.UNKNOWN] = Delivery.State.PLANNED


def _rings_once() -> None:
    """Whoever has work rings for it when it comes, and nobody rings again."""
    put(tasks, "ring_for_senders", lambda _: None)


def _bell_waits() -> None:
    """A page waits for the broker as long as the broker likes."""
    bell.IMPATIENT |= {"socket_connect_timeout": 4, "socket_timeout": 4}


def _limit_fails_open() -> None:
    """Without Redis there is no limit."""
    put(Buckets, "_keep_to_share", lambda *_: None)


def _memory_fails() -> None:
    """What was sent is not remembered as seen."""
    put(Delivery, "SEEN", (Delivery.State.PLANNED,))


def _restore_goes_unnoticed() -> None:
    """Nobody asks whether the database was restored."""
    put(marker, "is_restored", lambda: False)


SABOTAGES: dict[str, Callable[[], None]] = {
    "lease sends again": _lease_sends_again,
    "fence forgets": _fence_forgets,
    "fence is deaf": _fence_is_deaf,
    "claims are late": _claims_are_late,
    "commits in haste": _commits_in_haste,
    "rings once": _rings_once,
    "bell waits": _bell_waits,
    "limit fails open": _limit_fails_open,
    "memory fails": _memory_fails,
    "restore goes unnoticed": _restore_goes_unnoticed,
    "silence is no": _silence_is_no,
}
