"""What got stuck or old: a way out of every state that is not final."""

import datetime as dt
from collections import Counter

from django.db import transaction

from newsletter.models import BUNDLE_SIZE, Bundle, Delivery, Halt

State = Delivery.State
# So often a worker may die with one delivery before the delivery is taken to be the cause.
MOST_CLAIMS = 5
# Into so many a bundle is cut whose worker died before anything came of it: after three deaths,
# what it died of is alone.
PARTS = 10


def sweep(now: dt.datetime) -> Counter[str]:
    """Settle what no worker will, and return how many deliveries came to which state."""
    swept = Counter[str]()
    while (lost := _settle_one_lost(now)) is not None:
        swept += lost
    # A restored backup may have as planned what was sent in a morning that is over: see `halts`.
    if not Halt.objects.filter(cause=Halt.Cause.RESTORED).exists():
        swept[State.EXPIRED] += _expire(now)
    while _gather_some(now):
        pass
    return +swept


@transaction.atomic
def _settle_one_lost(now: dt.datetime) -> Counter[str] | None:
    """Settle what was leaving as its worker was lost, and plan the rest anew; None: none is lost.

    What was leaving may be in inboxes. To send it again could double it: never, by itself.
    """
    bundle = Bundle.objects.lost(now).select_for_update(skip_locked=True).first()
    if bundle is None:
        return None
    leaving = Delivery.objects.filter(pk__in=bundle.leaving).waiting()
    swept = Counter[str]()
    swept[State.UNCERTAIN] = leaving.update(state=State.UNCERTAIN, reason="the worker died")
    if bundle.claims:  # nothing came of it: what the worker died of may be among the rest
        swept[State.FAILED] = _set_apart(bundle)
    bundle.claim, bundle.lease_until, bundle.leaving = None, None, []
    bundle.is_settled = not bundle.deliveries.waiting().exists()
    bundle.save(update_fields=["claim", "lease_until", "leaving", "is_settled"])
    return swept


def _set_apart(bundle: Bundle) -> int:
    """Cut a bundle whose worker died of it; give up what several died of; return how many that is.

    Each part is a bundle of its own, so a part that kills no worker is sent.
    """
    waiting = bundle.deliveries.waiting()
    numbers = [*waiting.order_by("edition_id", "pk").values_list("pk", flat=True)]
    if len(numbers) == 1 and bundle.claims >= MOST_CLAIMS:
        return waiting.update(state=State.FAILED, reason="every worker died of it")
    size = max(1, -(-len(numbers) // PARTS))
    for start in range(size, len(numbers), size):
        part = Bundle.objects.create(
            date=bundle.date,
            composed_at=bundle.composed_at,
            ready_at=bundle.ready_at,
            closes_at=bundle.closes_at,
            claims=bundle.claims,
        )
        waiting.filter(pk__in=numbers[start : start + size]).update(bundle=part)
    return 0


@transaction.atomic
def _expire(now: dt.datetime) -> int:
    """End what could not leave while its morning lasted; a worker's own are left to it."""
    over = Bundle.objects.filter(closes_at__lte=now)
    unsent = over.filter(claim=None, is_settled=False).select_for_update(skip_locked=True)
    numbers = [*unsent.values_list("pk", flat=True)]
    waiting = Delivery.objects.filter(bundle__in=numbers).waiting()
    put_off = Delivery.objects.filter(bundle__in=over).put_off()
    end = {"state": State.EXPIRED, "reason": "its morning was over", "next_attempt_at": None}
    expired = waiting.update(**end) + put_off.update(**end)
    Bundle.objects.filter(pk__in=numbers).update(is_settled=True)
    return expired


@transaction.atomic
def _gather_some(now: dt.datetime) -> int:
    """Put deliveries of one morning whose next attempt has come into a bundle; return how many."""
    due = Delivery.objects.put_off().filter(next_attempt_at__lte=now, bundle__closes_at__gt=now)
    first = due.order_by("next_attempt_at").select_related("bundle").first()
    if first is None:
        return 0
    morning = due.filter(bundle__date=first.date, bundle__closes_at=first.bundle.closes_at)
    free = morning.select_for_update(skip_locked=True, of=("self",))
    numbers = [*free.values_list("pk", flat=True)[:BUNDLE_SIZE]]
    bundle = Bundle.objects.create(
        date=first.date,
        composed_at=first.bundle.composed_at,
        ready_at=now,
        closes_at=first.bundle.closes_at,
    )
    return Delivery.objects.filter(pk__in=numbers).update(bundle=bundle, next_attempt_at=None)
