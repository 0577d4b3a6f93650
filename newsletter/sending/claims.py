"""Claim bundles, and give them back: at any time one worker at most is the sender of a bundle."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from newsletter.models import Bundle, Delivery, DeliveryQuerySet
from newsletter.sending.copies import Copy

State = Delivery.State


@transaction.atomic
def take(claim: uuid.UUID, now: dt.datetime) -> list[Copy] | None:
    """Make `claim` the holder of a ready bundle; return its copies, None when none is ready.

    The copies come sorted by edition. Who was erased since they were composed has none any more;
    for the others, the ledger asks again at the last moment.
    """
    # What a worker died with may be what it died of: it comes last.
    ready = Bundle.objects.ready(now).order_by("claims", "ready_at", "pk")
    bundle = ready.select_for_update(skip_locked=True).first()
    if bundle is None:
        return None
    bundle.claim, bundle.lease_until = claim, now + settings.LEASE
    bundle.claims = F("claims") + 1
    bundle.save(update_fields=["claim", "lease_until", "claims"])
    copies = _copies(bundle)
    if any(copy.subscriber is None for copy in copies):
        cancel_abandoned(bundle.deliveries.waiting().filter(subscriber=None))
        copies = [copy for copy in copies if copy.subscriber is not None]
    if not copies:
        give_back(claim, [bundle.pk])
    return copies


def cancel_abandoned(deliveries: DeliveryQuerySet) -> int:
    """End those whose reader left before her mail did; return how many there were."""
    return deliveries.to_nobody().update(state=State.CANCELLED, reason="she left first")


def give_back(
    claim: uuid.UUID, bundles: Collection[int], ready_at: dt.datetime | None = None
) -> None:
    """Let go of bundles of which nothing is leaving; those with nothing left to send are settled.

    The others may be claimed again at once, or from `ready_at` on. Those of which something is
    leaving stay claimed, until the sweep has seen to them.
    """
    waiting = Delivery.objects.waiting().filter(bundle=OuterRef("pk"))
    mine = Bundle.objects.filter(pk__in=bundles, claim=claim, leaving=[])
    mine.update(
        claim=None,
        lease_until=None,
        is_settled=~Exists(waiting),
        **({"ready_at": ready_at} if ready_at else {}),
    )


def _copies(bundle: Bundle) -> list[Copy]:
    # Only of the edition that welcomes her does the morning begin as she confirms.
    is_first = Q(subscriber__confirmed_at__gte=bundle.closes_at - settings.SENDING_WINDOW)
    rows = (
        bundle.deliveries.waiting()
        .annotate(is_first=is_first)
        .order_by("edition_id", "pk")
        .values_list(
            "pk",
            "bundle_id",
            "date",
            "edition_id",
            "attempts",
            "subscriber_id",
            "subscriber__email",
            "subscriber__unsubscribe_token",
            "subscriber__preferences_token",
            "subscriber__language",
            "subscriber__abstracts",
            "subscriber__days",
            "subscriber__hears_of_silence",
            "is_first",
        )
    )
    return [*map(Copy._make, rows)]
