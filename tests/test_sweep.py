"""A way out of every state that is not final."""

import datetime as dt
import uuid
from collections import Counter

import factories as make
import pytest

from newsletter.models import Bundle, Delivery
from newsletter.sending.claims import give_back, take
from newsletter.sending.sweep import MOST_CLAIMS, sweep

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State
ME = uuid.UUID(int=1)
LATER = NOW + dt.timedelta(hours=1)


def lost(**fields: object) -> Bundle:
    return make.bundle(held=True, lease_until=NOW, **fields)


def states() -> list[str]:
    return [*Delivery.objects.order_by("pk").values_list("state", flat=True)]


def test_what_was_leaving_as_a_worker_died_is_uncertain_and_the_rest_is_planned_anew() -> None:
    bundle = lost()
    deliveries = [make.delivery(bundle=bundle) for _ in range(3)]
    Bundle.objects.update(leaving=[deliveries[1].pk])
    assert sweep(NOW) == {State.UNCERTAIN: 1}
    assert states() == [State.PLANNED, State.UNCERTAIN, State.PLANNED]
    assert len(take(ME, NOW) or []) == 2


def test_an_answer_that_was_recorded_is_not_made_uncertain() -> None:
    bundle = lost()
    Bundle.objects.update(leaving=[make.delivery(State.SENT, bundle=bundle).pk])
    assert sweep(NOW) == {}
    assert Bundle.objects.get().is_settled


def test_what_a_worker_holds_is_left_to_it() -> None:
    bundle = make.bundle(held=True, lease_until=NOW + dt.timedelta(seconds=1), closes_at=NOW)
    make.delivery(bundle=bundle)
    assert sweep(NOW) == {}
    assert Bundle.objects.get().claim == bundle.claim


def test_what_kills_every_worker_is_set_apart_and_all_others_are_sent() -> None:
    bundle = make.bundle()
    numbers = [make.delivery(bundle=bundle).pk for _ in range(120)]
    poison, now, deaths = numbers[70], NOW, 0
    while copies := take(ME, now):
        held = {copy.delivery for copy in copies}
        if poison in held:
            deaths += 1
            now += dt.timedelta(minutes=20)
            sweep(now)
        else:
            Delivery.objects.filter(pk__in=held).update(state=State.SENT)
            give_back(ME, [copies[0].bundle])
    assert Counter(states()) == {State.SENT: 119, State.FAILED: 1}
    assert Delivery.objects.get(pk=poison).reason == "every worker died of it"
    assert deaths == MOST_CLAIMS


@pytest.mark.parametrize("bundle", [{}, {"claims": 1}], ids=["unclaimed", "once lost"])
def test_what_could_not_leave_in_its_morning_expires(bundle: dict[str, int]) -> None:
    make.delivery(bundle=make.bundle(closes_at=NOW, **bundle))
    assert sweep(NOW) == {State.EXPIRED: 1}
    assert Bundle.objects.get().is_settled


def test_a_bundle_lost_after_its_morning_expires_at_once() -> None:
    make.delivery(bundle=lost(closes_at=NOW))
    assert sweep(NOW) == {State.EXPIRED: 1}


def test_what_was_put_off_expires_with_its_morning() -> None:
    make.delivery(next_attempt_at=LATER, bundle=make.bundle(is_settled=True, closes_at=NOW))
    assert sweep(NOW) == {State.EXPIRED: 1}


def test_what_was_put_off_waits_for_its_time_and_then_comes_in_one_bundle_a_morning() -> None:
    old = make.bundle(is_settled=True)
    numbers = [make.delivery(bundle=old, next_attempt_at=LATER).pk for _ in range(3)]
    tomorrow = make.bundle(is_settled=True, date=make.DATE + make.ONE_DAY)
    make.delivery(bundle=tomorrow, date=tomorrow.date, next_attempt_at=LATER)
    sweep(LATER - dt.timedelta(seconds=1))
    assert take(ME, LATER) is None
    sweep(LATER)
    taken = [take(ME, LATER) or [] for _ in range(2)]
    assert sorted(len(copies) for copies in taken) == [1, 3]
    assert numbers in [[copy.delivery for copy in copies] for copies in taken]


@pytest.mark.parametrize("state", Delivery.FINAL)
def test_what_is_settled_stays_settled(state: str) -> None:
    delivery = make.delivery(state, bundle=make.bundle(is_settled=True, closes_at=NOW))
    assert sweep(NOW + make.ONE_DAY) == {}
    delivery.refresh_from_db()
    assert delivery.state == state
