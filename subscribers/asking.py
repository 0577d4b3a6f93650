"""Letters are asked for on forms, by whoever types an address: so many, and no more.

What is asked for becomes a row; `subscribers.letters` posts it. The rows are what the limits count.
"""

import datetime as dt

from subscribers.models import Letter, Subscriber

Kind = Letter.Kind
CONFIRMATION_LIFE = dt.timedelta(days=7)
UNCONFIRMED_LIFE = dt.timedelta(days=14)
# Kind -> (the least time between two letters, how many letters within how long).
LIMITS = {
    Kind.CONFIRM: (dt.timedelta(days=1), 3, UNCONFIRMED_LIFE),
    Kind.LINK: (dt.timedelta(hours=1), 3, dt.timedelta(days=1)),
    # Who mistyped her new address wants to try again at once.
    Kind.MOVE: (dt.timedelta(minutes=1), 3, dt.timedelta(days=1)),
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
