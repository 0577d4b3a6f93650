"""Where a delivery stands, in words: its row says what became of it, its bundle where it is."""

import datetime as dt

from newsletter.models import Delivery

State = Delivery.State


def whereabouts(delivery: Delivery, now: dt.datetime) -> str:
    """Say what became of a delivery, or where it is; no query where its bundle is loaded."""
    if delivery.state == State.SENT and delivery.sent_at:
        return f"sent at {minute(delivery.sent_at)}"
    if delivery.state == State.PLANNED:
        return _on_its_way(delivery, now)
    if delivery.reason:
        return f"{delivery.state} ({delivery.reason})"
    return delivery.get_state_display().lower()


def _on_its_way(delivery: Delivery, now: dt.datetime) -> str:
    bundle = delivery.bundle
    if bundle.closes_at <= now:
        return "not sent, and its morning is over: it expires with the next sweep"
    if delivery.next_attempt_at:
        again = minute(delivery.next_attempt_at)
        return f"refused for now ({delivery.reason}), tried again at {again}"
    if delivery.pk in bundle.leaving:
        return "leaving: handed over, or about to be"
    if bundle.claim and bundle.lease_until:
        return f"in a worker's hands, until {minute(bundle.lease_until)} at the latest"
    return "waiting for a worker"


def minute(moment: dt.datetime) -> str:
    """Write a moment as operators read it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
