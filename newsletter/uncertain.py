"""Deliveries that were handed over without an answer: never sent again by themselves.

An answer that comes late settles one, and so does an operator who has found out.
"""

from newsletter.models import Delivery

State = Delivery.State


def arrived(delivery: Delivery) -> bool:
    """Note that a mail did arrive, nobody knows when; tell whether it was still uncertain."""
    return _settle(delivery, State.SENT, "an operator: it arrived")


def never_arrived(delivery: Delivery) -> bool:
    """Note that a mail did not arrive; tell whether it was still uncertain.

    It is not sent again: its papers are free, and come with her next edition.
    """
    return _settle(delivery, State.FAILED, "an operator: it did not arrive")


def _settle(delivery: Delivery, state: State, reason: str) -> bool:
    uncertain = Delivery.objects.filter(pk=delivery.pk, state=State.UNCERTAIN)
    return bool(uncertain.update(state=state, reason=reason))
