"""Letters are asked for on forms, by whoever types an address: so many, and no more.

What is asked for becomes a row; `subscribers.letters` posts it. The rows are what the limits count.
"""

import datetime as dt
from typing import NamedTuple

from subscribers.models import Letter, Subscriber

Kind = Letter.Kind
CONFIRMATION_LIFE = dt.timedelta(days=7)
UNCONFIRMED_LIFE = dt.timedelta(days=14)


class Allowance(NamedTuple):
    """How many letters of a kind may be asked for within how long, and how far apart."""

    gap: dt.timedelta
    most: int
    within: dt.timedelta


LIMITS = {
    Kind.CONFIRM: Allowance(dt.timedelta(days=1), 3, UNCONFIRMED_LIFE),
    Kind.LINK: Allowance(dt.timedelta(hours=1), 3, dt.timedelta(days=1)),
    # Who mistyped her new address wants to try again at once.
    Kind.MOVE: Allowance(dt.timedelta(minutes=1), 3, dt.timedelta(days=1)),
}


def ask(
    subscriber: Subscriber, kind: Letter.Kind, now: dt.datetime, address: str = ""
) -> Letter | None:
    """Note a letter to be posted, to her own address or another; None where she had enough.

    The caller holds her row, or requests at once would not be counted.
    """
    gap, most, within = LIMITS[kind]
    since = max(now - within, subscriber.created_at)  # who left and comes back starts anew
    recent = subscriber.letters.filter(kind=kind, requested_at__gte=since)
    if recent.filter(requested_at__gt=now - gap).exists() or recent.count() >= most:
        return None
    return Letter.objects.create(
        subscriber=subscriber, kind=kind, address=address, requested_at=now, next_attempt_at=now
    )
