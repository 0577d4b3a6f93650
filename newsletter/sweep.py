"""What got stuck or old: a way out of every state that is not final."""

import datetime as dt
from collections import Counter

from newsletter.models import Delivery, DeliveryQuerySet

State = Delivery.State
# So often a worker may die holding one delivery before the delivery is taken to be the cause.
MOST_CLAIMS = 5


def sweep(now: dt.datetime) -> Counter[str]:
    """Settle what no worker will, and return how many deliveries came to which state."""
    held_too_long = Delivery.objects.filter(lease_until__lte=now)
    planned = Delivery.objects.filter(state=State.PLANNED)
    claimed = held_too_long.filter(state=State.CLAIMED)
    steps: tuple[tuple[DeliveryQuerySet, str, str, dict[str, None]], ...] = (
        # It may be in her inbox. To send it again could double it: never, by itself.
        (held_too_long.filter(state=State.SENDING), State.UNCERTAIN, "the worker died", {}),
        (claimed.filter(claims__gte=MOST_CLAIMS), State.FAILED, "every worker died of it", {}),
        (claimed, State.PLANNED, "", {"claim": None}),
        (planned.to_nobody(), State.CANCELLED, "she left first", {}),
        (planned.filter(closes_at__lte=now), State.EXPIRED, "its morning was over", {}),
    )
    swept = Counter[str]()
    for deliveries, state, reason, changes in steps:
        swept[state] += deliveries.update(state=state, reason=reason, lease_until=None, **changes)
    return +swept
