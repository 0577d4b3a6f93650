"""A way out of every state that is not final."""

import datetime as dt
from typing import Any

import factories as make
import pytest

from newsletter.models import Delivery
from newsletter.sweep import MOST_CLAIMS, sweep

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        (State.CLAIMED, {"lease_until": NOW}, State.PLANNED),
        (State.CLAIMED, {"lease_until": NOW, "claims": MOST_CLAIMS}, State.FAILED),
        (State.SENDING, {"lease_until": NOW}, State.UNCERTAIN),
        (State.PLANNED, {"closes_at": NOW}, State.EXPIRED),
    ],
)
def test_what_is_stuck_or_old_is_settled(before: str, fields: dict[str, Any], after: str) -> None:
    delivery = make.delivery(before, **fields)
    assert sweep(NOW) == {after: 1}
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == (after, None)


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING])
def test_what_a_worker_holds_is_left_to_it(state: str) -> None:
    make.delivery(state, lease_until=NOW + dt.timedelta(seconds=1), closes_at=NOW)
    assert sweep(NOW) == {}


@pytest.mark.parametrize("state", Delivery.FINAL)
def test_what_is_settled_stays_settled(state: str) -> None:
    make.delivery(state, closes_at=NOW, lease_until=NOW)
    assert sweep(NOW + make.ONE_DAY) == {}


def test_what_was_planned_for_somebody_who_left_is_cancelled() -> None:
    make.delivery(subscriber=make.subscriber("unsubscribed"))
    make.delivery(subscriber=None)
    assert sweep(NOW) == {State.CANCELLED: 2}


def test_a_claim_returned_after_its_morning_expires_at_once() -> None:
    delivery = make.delivery(State.CLAIMED, lease_until=NOW, closes_at=NOW)
    sweep(NOW)
    delivery.refresh_from_db()
    assert delivery.state == State.EXPIRED
