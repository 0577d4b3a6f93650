"""Who holds a bundle, and what becomes of it afterwards."""

import datetime as dt
import uuid

import factories as make
import pytest
from beside import at_once

from newsletter.models import Bundle, Delivery, Halt
from newsletter.sending.claims import give_back, take

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State
ME = uuid.UUID(int=1)
HALT = {"cause": Halt.Cause.OPERATOR, "since": NOW}


def test_a_bundle_is_taken_once_with_its_copies_sorted_by_edition() -> None:
    bundle, (first, second) = make.bundle(), (make.edition(), make.edition())
    for edition in (second, first, second):
        make.delivery(bundle=bundle, edition=edition)
    copies = take(ME, NOW)
    assert copies is not None
    assert [copy.edition for copy in copies] == [first.pk, second.pk, second.pk]
    assert take(ME, NOW) is None


def test_a_copy_holds_what_its_mail_needs() -> None:
    delivery = make.delivery(attempts=2)
    (copy,) = take(ME, NOW) or []
    reader = delivery.subscriber
    assert reader is not None
    assert copy == (
        delivery.pk,
        delivery.bundle_id,
        delivery.date,
        delivery.edition_id,
        2,
        reader.pk,
        reader.email,
        reader.unsubscribe_token,
        reader.preferences_token,
        reader.language,
        reader.abstracts,
        reader.days,
        reader.hears_of_silence,
        False,
    )


@pytest.mark.parametrize(
    "unready",
    [
        {"ready_at": NOW + dt.timedelta(seconds=1)},
        {"closes_at": NOW},
        {"is_settled": True},
        {"held": True},
    ],
    ids=lambda unready: next(iter(unready)),
)
def test_what_waits_is_over_or_held_is_left_alone(unready: dict[str, object]) -> None:
    make.delivery(bundle=make.bundle(**unready))
    assert take(ME, NOW) is None


def test_a_paused_morning_is_left_alone_and_another_goes_on() -> None:
    make.morning(date=make.DATE, is_paused=True)
    make.delivery()
    tomorrow = make.delivery(date=make.DATE + make.ONE_DAY)
    (copy,) = take(ME, NOW) or []
    assert copy.delivery == tomorrow.pk
    assert take(ME, NOW) is None


def test_nothing_is_taken_while_all_is_halted() -> None:
    make.delivery()
    Halt.objects.create(**HALT)
    assert take(ME, NOW) is None


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_different_bundles() -> None:
    for _ in range(8):
        make.delivery()
    taken = list[int]()

    def work() -> None:
        while copies := take(uuid.uuid4(), NOW):
            taken.extend(copy.delivery for copy in copies)

    assert at_once(*[work] * 4) == []
    assert len(taken) == len({*taken}) == 8


def test_who_was_erased_since_has_no_copy_any_more() -> None:
    make.delivery(subscriber=None)
    assert take(ME, NOW) == []
    assert {*Delivery.objects.values_list("state", "reason")} == {("cancelled", "she left first")}
    assert Bundle.objects.get().is_settled


def test_what_a_worker_died_with_comes_last() -> None:
    suspect = make.delivery(bundle=make.bundle(claims=1))
    fresh = make.delivery()
    taken = [take(ME, NOW) or [] for _ in range(2)]
    assert [[copy.delivery for copy in copies] for copies in taken] == [[fresh.pk], [suspect.pk]]


@pytest.mark.parametrize(("state", "is_settled"), [(State.PLANNED, False), (State.SENT, True)])
def test_what_is_given_back_is_settled_once_nothing_waits_in_it(
    state: str, *, is_settled: bool
) -> None:
    bundle = make.bundle()
    make.delivery(bundle=bundle)
    take(ME, NOW)
    Delivery.objects.update(state=state)
    give_back(ME, [bundle.pk])
    bundle.refresh_from_db()
    assert (bundle.claim, bundle.is_settled) == (None, is_settled)


def test_what_is_leaving_is_not_given_back() -> None:
    bundle = make.bundle(held=True, claim=ME, leaving=[1])
    give_back(ME, [bundle.pk])
    assert Bundle.objects.get().claim == ME


def test_what_was_given_back_before_anything_came_of_it_comes_last() -> None:
    first, second = make.delivery(), make.delivery()
    take(ME, NOW)
    give_back(ME, [first.bundle_id])  # as a worker does that an error ends
    (copy,) = take(ME, NOW) or []
    assert copy.delivery == second.pk


def test_nobody_gives_back_what_another_holds() -> None:
    bundle = make.bundle(held=True)
    give_back(ME, [bundle.pk])
    assert Bundle.objects.get().claim == bundle.claim
