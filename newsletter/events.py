"""What the provider told of mails that it took, applied: once, by a worker.

Notices come late, in any order and more than once. So no effect depends on which came first: a
delivery's state follows from all its notices together, and who was spared stays spared. A notice
of a delivery that we do not know, or to somebody who is not its reader, is kept and changes
nothing. One to an address that she has moved away from since tells what became of the mail, and
spares that address alone.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from anymail.signals import RejectReason
from django.db import OperationalError, transaction
from django.db.models import F, Q

from newsletter.models import Delivery, Event
from subscribers import lifecycle, moving
from subscribers.models import Suppression
from subscribers.moving import Mailbox

logger = logging.getLogger(__name__)
State, Kind = Delivery.State, Event.Kind
BATCH = 500
# A call, which lasts some seconds at most.
MOST_GOOD_NEWS, MOST_BATCHES = 50_000, 10
# It has left the provider, or tried to. A bounce says so too: the mail may be in an inbox all the
# same, as after forwarding, so it counts as seen. Better a paper lost with its mailbox than twice.
LEFT = {Kind.DEFERRED, Kind.DELIVERED, Kind.BOUNCED, Kind.COMPLAINED}
REFUSED = {Kind.REJECTED, Kind.FAILED}
TAKEN = {Kind.QUEUED, Kind.SENT}
# So long a second copy of a notice is known, and operators can look up what befell a reader.
KEPT = dt.timedelta(days=90)
GOOD_NEWS_KEPT = dt.timedelta(days=7)
MOST_FORGOTTEN = 5_000  # a call

Said = tuple[str, str]
"""Kind and reject reason of a notice."""
Mailboxes = Mapping[tuple[int, bytes], Mailbox]
"""By a reader's number and the fingerprint of an address: those that are hers, or were lately."""


def apply_waiting(now: dt.datetime) -> int:
    """Apply the events that wait, up to a bound; return how many were.

    A batch is one transaction. If it fails, its events are tried one by one from the next call on,
    so a bad one stops no other, and is left alone after some attempts.
    """
    applied = _pass_over_good_news(now)
    waiting = Event.objects.waiting().order_by("pk")
    failed = waiting.filter(attempts__gt=0).values_list("pk", flat=True)[:BATCH]
    applied += sum(_try([number], now) for number in [*failed])
    fresh, last = waiting.filter(attempts=0).values_list("pk", flat=True), 0
    for _ in range(MOST_BATCHES):
        numbers = [*fresh.filter(pk__gt=last)[:BATCH]]
        if not numbers:
            break
        applied, last = applied + _try(numbers, now), numbers[-1]
    return applied


def forget_old(now: dt.datetime) -> int:
    """Delete some events that are no longer of use; return how many. Good news are so sooner."""
    good = Q(kind__in=Event.GOOD_NEWS, received_at__lt=now - GOOD_NEWS_KEPT)
    old = Event.objects.filter(good | Q(received_at__lt=now - KEPT)).order_by("received_at")
    return Event.objects.filter(pk__in=old.values("pk")[:MOST_FORGOTTEN]).delete()[0]


def _pass_over_good_news(now: dt.datetime) -> int:
    """Settle at once what nearly all events say: that a mail which counts as sent is on its way."""
    usual = Event.objects.waiting().filter(kind__in=Event.GOOD_NEWS, delivery__state=State.SENT)
    numbers = usual.order_by("pk").values("pk")[:MOST_GOOD_NEWS]
    return Event.objects.filter(pk__in=numbers).update(applied_at=now)


def _try(numbers: Sequence[int], now: dt.datetime) -> int:
    try:
        return _apply(numbers, now)
    except OperationalError:  # no event's fault, and it passes
        raise
    except Exception:
        logger.exception("Events %s to %s cannot be applied", numbers[0], numbers[-1])
        Event.objects.filter(pk__in=numbers).update(attempts=F("attempts") + 1)
        return 0


@transaction.atomic
def _apply(numbers: Collection[int], now: dt.datetime) -> int:
    """Apply events that nobody else is applying.

    Readers come before deliveries, and no delivery is waited for: whoever erases a reader takes the
    two in this order, and a ledger that records answers must never be part of a deadlock. An event
    whose delivery is locked waits for the next call.
    """
    free = Event.objects.filter(pk__in=numbers).select_for_update(skip_locked=True, of=("self",))
    events = [*free.select_related("delivery__subscriber").order_by("pk")]
    mailboxes = moving.mailboxes(
        {it.delivery.subscriber for it in events if it.delivery and it.delivery.subscriber}
    )
    believed = [*_believed(events, mailboxes)]
    for event, _, mailbox in believed:
        _spare(mailbox, event, now)
    busy = _settle({mail.pk: mail for _, mail, _ in believed}, mailboxes, now)
    done = [event.pk for event in events if event.delivery_id not in busy]
    return Event.objects.filter(pk__in=done).update(applied_at=now)


def _believed(
    events: Iterable[Event], mailboxes: Mailboxes
) -> Iterator[tuple[Event, Delivery, Mailbox]]:
    """Yield those events that are about a mail of ours and a mailbox of its reader, with both."""
    for event in events:
        mail = event.delivery
        if mail is None or mail.state == State.SKIPPED:
            continue
        if mailbox := mailboxes.get((mail.subscriber_id or 0, bytes(event.recipient or b""))):
            yield event, mail, mailbox


def _spare(mailbox: Mailbox, event: Event, now: dt.datetime) -> None:
    """Write no more where a notice says so: who reads there left, complained, or has no mailbox.

    A mail refused as spam is no complaint: her server may have refused it, for our reputation.
    """
    refused_for = event.reject_reason if event.kind == Kind.REJECTED else ""
    if event.kind == Kind.COMPLAINED or refused_for == RejectReason.SPAM:
        lifecycle.suppress(mailbox.address, Suppression.Reason.COMPLAINED, now)
    if event.is_bad_address:
        lifecycle.suppress(mailbox.address, Suppression.Reason.BOUNCED, now)
    has_left = event.kind == Kind.UNSUBSCRIBED or refused_for == RejectReason.UNSUBSCRIBED
    if has_left and mailbox.left_at is None:
        lifecycle.unsubscribe(mailbox.reader, now)


def _settle(deliveries: dict[int, Delivery], mailboxes: Mailboxes, now: dt.datetime) -> set[int]:
    """Bring deliveries to the state that all their notices lead to; return those that are busy."""
    said = _said_of(deliveries, mailboxes)
    wrong = {pk for pk, delivery in deliveries.items() if _correct(delivery, said[pk], now)}
    free = Delivery.objects.filter(pk__in=wrong).select_for_update(skip_locked=True, no_key=True)
    locked = {delivery.pk: delivery for delivery in free.order_by("pk")}
    corrected = [delivery for pk, delivery in locked.items() if _correct(delivery, said[pk], now)]
    Delivery.objects.bulk_update(corrected, ["state", "reason", "sent_at", "next_attempt_at"])
    return wrong - {*locked}


def _said_of(deliveries: dict[int, Delivery], mailboxes: Mailboxes) -> dict[int, set[Said]]:
    """Return what was ever said of each delivery that tells what became of it."""
    said = defaultdict[int, set[Said]](set)
    events = Event.objects.filter(delivery__in=deliveries)
    fields = "delivery_id", "recipient", "kind", "reject_reason"
    for number, recipient, kind, why in events.values_list(*fields):
        mail = deliveries[number]
        mailbox = mailboxes.get((mail.subscriber_id or 0, bytes(recipient or b"")))
        if mailbox and _tells(kind, mail, mailbox):
            said[number].add((kind, why))
    return said


def _tells(kind: str, mail: Delivery, mailbox: Mailbox) -> bool:
    """Tell whether a notice from a mailbox says what became of a delivery.

    One that was refused where she is no more may have gone to where she is now. Its papers must not
    come again then, so it counts as refused only if it had left for good before she moved, or was
    found to be refused already.
    """
    if mailbox.left_at is None or kind not in REFUSED or mail.state == State.FAILED:
        return True
    return mail.sent_at is not None and mail.sent_at < mailbox.left_at


def _correct(delivery: Delivery, said: Collection[Said], now: dt.datetime) -> bool:
    """Give a delivery the state that its notices lead to; tell whether it had another."""
    before = delivery.state, delivery.reason
    state, reason = _result(said) or before
    if state == delivery.state:  # what was said of it otherwise stays, unless there is more to say
        reason = reason or delivery.reason
    if before == (state, reason):
        return False
    delivery.state, delivery.reason = state, reason
    delivery.sent_at = (delivery.sent_at or now) if delivery.state == State.SENT else None
    delivery.next_attempt_at = None
    return True


def _result(said: Collection[Said]) -> tuple[str, str] | None:
    """Return state and reason that follow from all notices of a delivery; None if nothing does."""
    kinds = {kind for kind, _ in said}
    if kinds & LEFT:
        return State.SENT, _because("taken, and it bounced", said, {Kind.BOUNCED})
    if kinds & REFUSED:
        return State.FAILED, _because("the provider does not send it", said, REFUSED)
    return (State.SENT, "") if kinds & TAKEN else None


def _because(words: str, said: Collection[Said], kinds: Collection[str]) -> str:
    """Say why, in the provider's words; nothing if none of these `kinds` is among the notices."""
    why = {reason or kind for kind, reason in said if kind in kinds}
    return f"{words}: {', '.join(sorted(why))}" if why else ""
