"""Claim -> hand over -> record: each delivery leaves at most once.

The order of the steps is the guarantee. A claim makes one worker the sender. The mail is handed
over only after `begin` has marked, durably, that it may be leaving; so a delivery found `claimed`
never left, and one found `sending` may have. `record` writes the answer. Whatever dies between two
steps, `sweep` can tell which of the two it was.
"""

import datetime as dt
import logging
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F

from config.clock import Clock
from newsletter import retry
from newsletter.models import Delivery, DeliveryQuerySet
from newsletter.render import NothingLeftError, Press
from newsletter.transports import Transport
from newsletter.transports.outcome import Outcome, Verdict
from subscribers.lifecycle import suppress
from subscribers.models import Suppression

logger = logging.getLogger(__name__)
State = Delivery.State
BATCH = 100
NOT_BEGUN = "not begun"

RESULTS = {
    Verdict.ACCEPTED: State.SENT,
    Verdict.DEFERRED: State.PLANNED,
    Verdict.CLOSED: State.PLANNED,
    Verdict.REFUSED: State.FAILED,
    Verdict.BAD_ADDRESS: State.FAILED,
    Verdict.UNKNOWN: State.UNCERTAIN,
}


class TransportClosedError(Exception):
    """The transport takes no mail from us at all; the message says why."""


def send_ready(
    transport: Transport, clock: Clock, *, until: dt.datetime | None = None
) -> Counter[str]:
    """Send whatever is ready, until nothing is or the clock passes `until`.

    Returns:
        How many deliveries came to which state, or could not be begun any more.

    Raises:
        TransportClosedError: nothing more can leave; what was not begun stays planned.

    """
    press, results = Press(), Counter[str]()
    while until is None or clock() < until:
        batch = claim(clock())
        if not batch:
            break
        with _put_back_the_rest(batch):
            while batch and (until is None or clock() < until):
                results[_send_one(batch.pop(0), transport, press, clock)] += 1
    return results


def claim(now: dt.datetime) -> list[Delivery]:
    """Make this caller the sender of up to `BATCH` ready deliveries, sorted by edition."""
    token = uuid.uuid4()
    with transaction.atomic():
        ready = Delivery.objects.ready(now).select_for_update(skip_locked=True, of=("self",))
        ordered = ready.order_by("edition_id", "date", "pk").values_list("pk", flat=True)
        # What a dead worker held may be what it died of: last, and alone, so that nothing that is
        # claimed beside it comes to be suspected too.
        ids = [*ordered.filter(claims=0)[:BATCH]] or [*ordered[:1]]
        Delivery.objects.filter(pk__in=ids).update(
            state=State.CLAIMED,
            claim=token,
            claims=F("claims") + 1,
            lease_until=now + settings.LEASE,
        )
    # Who was erased this instant is passed over; the sweep cancels what was hers.
    claimed = Delivery.objects.filter(claim=token, subscriber__isnull=False)
    return [*claimed.select_related("subscriber").order_by("edition_id", "date", "pk")]


@transaction.atomic(durable=True)
def begin(delivery: Delivery, now: dt.datetime) -> bool:
    """Mark that the mail may be leaving; false where it must not.

    One UPDATE asks everything that must hold at this moment: the claim is still ours, the morning
    is not over, the reader still wants mail. Who left since gets nothing. The mark is committed
    when this returns: inside another transaction it would not be, so that is an error.
    """
    mine = _mine(delivery).filter(state=State.CLAIMED)
    begun = mine.filter(closes_at__gt=now).to_mailable()
    lease = now + settings.LEASE
    if begun.update(state=State.SENDING, attempts=F("attempts") + 1, lease_until=lease):
        delivery.attempts += 1
        return True
    mine.to_nobody().update(state=State.CANCELLED, reason="she left first", lease_until=None)
    return False


def record(delivery: Delivery, outcome: Outcome, now: dt.datetime) -> str:
    """Write what became of a hand-over, and return the new state.

    An answer that comes after the sweep had given it up still heals an uncertain delivery.
    """
    state = RESULTS[outcome.verdict]
    changes: dict[str, Any] = {"state": state, "reason": outcome.reason, "lease_until": None}
    if state == State.SENT:
        changes |= {"sent_at": now, "message_id": outcome.message_id}
    if state == State.PLANNED:
        again = retry.next_attempt(delivery.attempts, now, outcome.retry_after)
        changes |= {"claim": None, "claims": 0, "next_attempt_at": again}
    _mine(delivery).filter(state__in=[State.SENDING, State.UNCERTAIN]).update(**changes)
    if outcome.verdict is Verdict.BAD_ADDRESS and delivery.subscriber:
        suppress(delivery.subscriber.email, Suppression.Reason.BOUNCED, now)
    return state


def _send_one(delivery: Delivery, transport: Transport, press: Press, clock: Clock) -> str:
    try:
        mail = press.mail(delivery)
    except NothingLeftError:
        return _stop(delivery, State.CANCELLED, "nothing left that is new to her")
    except DatabaseError:  # not the mail's fault, and it passes
        raise
    except Exception as error:  # one mail that cannot be built must not hold up the others
        logger.exception("%s cannot be rendered", delivery)
        return _stop(delivery, State.FAILED, f"cannot be rendered: {type(error).__name__}")
    if not begin(delivery, clock()):
        return NOT_BEGUN
    outcome = transport.send(mail)
    state = record(delivery, outcome, clock())
    if outcome.verdict is Verdict.CLOSED:
        raise TransportClosedError(outcome.reason)
    return state


def _stop(delivery: Delivery, state: Delivery.State, reason: str) -> str:
    """End a delivery before it has begun."""
    claimed = _mine(delivery).filter(state=State.CLAIMED)
    claimed.update(state=state, reason=reason, lease_until=None)
    return state


@contextmanager
def _put_back_the_rest(batch: list[Delivery]) -> Iterator[None]:
    """Whatever ends a batch early, plan again what it had claimed and not begun."""
    try:
        yield
    finally:
        rest = Delivery.objects.filter(pk__in=[delivery.pk for delivery in batch])
        if batch:
            rest.filter(claim=batch[0].claim, state=State.CLAIMED).update(
                state=State.PLANNED, claim=None, claims=F("claims") - 1, lease_until=None
            )


def _mine(delivery: Delivery) -> DeliveryQuerySet:
    """Return the delivery as long as nobody took it from this worker."""
    return Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim)
