"""The ledger in PostgreSQL: what may leave is asked at the last moment, answers are kept."""

import datetime as dt
from collections.abc import Callable

import factories as make
import pytest
from django.conf import settings
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Bundle, Delivery, Halt, Morning
from newsletter.sending.claims import take
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.postbook import NOT_BEGUN, Postbook
from newsletter.sending.sweep import sweep
from subscribers import lifecycle
from subscribers.models import Subscriber, Suppression

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State
ACCEPTED = Outcome(Verdict.ACCEPTED)


class Hands:
    """A worker's hands: a postbook, its clock, and the mails of what it has claimed."""

    def __init__(self) -> None:
        self.now = NOW
        self.postbook = Postbook(lambda: self.now)
        self.copies = take(self.postbook.claim, NOW) or []
        self.postbook.take(self.copies)
        self.mails = [mail_of(copy) for copy in self.copies]

    def begin(self, *mails: Message) -> list[Message]:
        return [*self.postbook.enter([], mails)]

    def record(self, *outcomes: Outcome) -> None:
        self.postbook.enter([*zip(self.mails, outcomes, strict=False)], [])


def mail_of(copy: Copy) -> Message:
    return Message("paperboy@example.org", copy.email, to_wire(b"Papers"), copy.delivery)


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def leaving() -> list[int]:
    return Bundle.objects.get().leaving


def test_what_may_leave_stands_in_its_bundle_until_its_answer_is_recorded() -> None:
    bundle = make.bundle()
    first, second = (make.delivery(bundle=bundle) for _ in range(2))
    hands = Hands()
    assert hands.begin(hands.mails[0]) == hands.mails[:1]
    assert leaving() == [first.pk]
    assert hands.postbook.enter([(hands.mails[0], ACCEPTED)], hands.mails[1:]) == hands.mails[1:]
    assert leaving() == [second.pk]
    assert (state(first), state(second)) == (State.SENT, State.PLANNED)


def test_an_entry_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    bundle = make.bundle()
    for _ in range(3):
        make.delivery(bundle=bundle)
    hands = Hands()
    hands.begin(*hands.mails[:2])
    with django_assert_num_queries(0):  # of Django's: it goes to PostgreSQL by itself
        hands.postbook.enter([(hands.mails[0], ACCEPTED)], hands.mails[2:])


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.ACCEPTED, State.SENT),
        (Verdict.DEFERRED, State.PLANNED),
        (Verdict.CLOSED, State.PLANNED),
        (Verdict.REFUSED, State.FAILED),
        (Verdict.BAD_ADDRESS, State.FAILED),
        (Verdict.UNKNOWN, State.UNCERTAIN),
    ],
)
def test_each_answer_leads_to_one_state(verdict: Verdict, expected: str) -> None:
    delivery = make.delivery()
    hands = Hands()
    hands.begin(*hands.mails)
    hands.record(Outcome(verdict, "because", "named-by-it"))
    assert (state(delivery), delivery.reason, delivery.attempts) == (expected, "because", 1)
    named = (delivery.sent_at, delivery.message_id)
    assert named == ((NOW, "named-by-it") if verdict is Verdict.ACCEPTED else (None, ""))
    assert Bundle.objects.get().is_settled


def test_what_is_refused_before_it_could_leave_is_recorded_as_well() -> None:
    delivery = make.delivery()
    Hands().record(Outcome(Verdict.REFUSED, "SMTP 552"))
    assert state(delivery) == State.FAILED


def test_what_is_put_off_waits_as_long_as_the_other_side_asked() -> None:
    delivery = make.delivery()
    wait = dt.timedelta(minutes=30)
    Hands().record(Outcome(Verdict.DEFERRED, retry_after=wait))
    delivery.refresh_from_db()
    assert delivery.next_attempt_at == NOW + wait


def test_a_mailbox_that_does_not_exist_is_suppressed() -> None:
    delivery = make.delivery()
    Hands().record(Outcome(Verdict.BAD_ADDRESS))
    assert not Subscriber.objects.mailable().filter(deliveries=delivery).exists()
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED


LEAVING: dict[str, Callable[[Subscriber], object]] = {
    "unsubscribes": lambda reader: lifecycle.unsubscribe(reader, NOW),
    "pauses": lambda reader: lifecycle.pause(reader, NOW + make.ONE_DAY),
    "is suppressed": lambda reader: lifecycle.suppress(
        reader.email, Suppression.Reason.COMPLAINED, NOW
    ),
    "is erased": lifecycle.erase,
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_who_leaves_after_the_claim_gets_nothing(leave: Callable[[Subscriber], object]) -> None:
    delivery = make.delivery()
    hands = Hands()
    assert delivery.subscriber
    leave(delivery.subscriber)
    assert hands.begin(*hands.mails) == []
    assert state(delivery) == State.CANCELLED
    assert hands.postbook.results[State.CANCELLED] == 1
    assert not hands.postbook.is_over


def test_a_mail_in_hand_does_not_go_where_she_lives_no_more() -> None:
    bundle = make.bundle()
    moved, stays = (make.delivery(bundle=bundle) for _ in range(2))
    hands = Hands()
    Subscriber.objects.filter(deliveries=moved).update(email="new@example.org")
    assert hands.begin(*hands.mails) == hands.mails[1:]
    assert (state(moved), leaving()) == (State.PLANNED, [stays.pk])
    assert hands.postbook.results == {NOT_BEGUN: 1}
    assert not hands.postbook.is_over


def test_who_has_moved_gets_her_mail_where_she_lives_now() -> None:
    moved = make.delivery()
    hands = Hands()
    Subscriber.objects.update(email="new@example.org")
    hands.begin(*hands.mails)
    again = Hands()
    assert [mail.recipient for mail in again.begin(*again.mails)] == ["new@example.org"]
    again.record(ACCEPTED)
    assert state(moved) == State.SENT


def test_where_nothing_may_leave_a_reader_who_moves_changes_nothing() -> None:
    bundle = make.bundle()
    moved, _ = (make.delivery(bundle=bundle) for _ in range(2))
    hands = Hands()
    Subscriber.objects.filter(deliveries=moved).update(email="new@example.org")
    Halt.objects.create(cause=Halt.Cause.OPERATOR, since=NOW)
    assert hands.begin(*hands.mails) == []
    assert hands.postbook.is_over


STOPS: dict[str, Callable[[], object]] = {
    "all is halted": lambda: Halt.objects.create(cause=Halt.Cause.OPERATOR, since=NOW),
    "its morning is paused": lambda: Morning.objects.create(date=make.DATE, is_paused=True),
    "its morning is over": lambda: Bundle.objects.update(closes_at=NOW),
    "another worker has it": lambda: Bundle.objects.update(claim="0" * 32),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
def test_nothing_leaves_any_more_once(stop: Callable[[], object]) -> None:
    delivery = make.delivery()
    hands = Hands()
    stop()
    assert hands.begin(*hands.mails) == []
    assert (state(delivery), leaving()) == (State.PLANNED, [])
    assert hands.postbook.results == {NOT_BEGUN: 1}
    assert hands.postbook.is_over


def test_a_mail_can_be_begun_only_once() -> None:
    bundle = make.bundle()
    for _ in range(2):
        make.delivery(bundle=bundle)
    hands = Hands()
    hands.begin(hands.mails[0])
    hands.record(ACCEPTED)
    hands.postbook.take(hands.copies[:1])
    assert hands.begin(hands.mails[0]) == []


def test_an_entry_renews_the_lease() -> None:
    make.delivery()
    hands = Hands()
    hands.now = NOW + dt.timedelta(minutes=10)
    hands.begin(*hands.mails)
    assert Bundle.objects.get().lease_until == hands.now + settings.LEASE


@pytest.mark.parametrize("outcome", [ACCEPTED, Outcome(Verdict.REFUSED, "SMTP 554")])
def test_a_late_answer_heals_what_was_given_up_as_uncertain(outcome: Outcome) -> None:
    delivery = make.delivery()
    hands = Hands()
    hands.begin(*hands.mails)
    sweep(NOW + settings.LEASE)
    assert state(delivery) == State.UNCERTAIN
    hands.record(outcome)
    assert state(delivery) == (State.SENT if outcome is ACCEPTED else State.FAILED)


def test_an_answer_after_the_lease_counts_unless_the_bundle_was_taken_away() -> None:
    delivery = make.delivery()
    hands = Hands()
    hands.begin(*hands.mails)
    hands.now = NOW + settings.LEASE * 2
    hands.record(ACCEPTED)
    assert state(delivery) == State.SENT


@pytest.mark.parametrize("late", [Verdict.DEFERRED, Verdict.REFUSED])
def test_a_late_no_to_what_never_left_does_not_touch_what_another_worker_let_leave(
    late: Verdict,
) -> None:
    delivery = make.delivery()
    frozen = Hands()  # with the mail in its envelope
    sweep(NOW + settings.LEASE)
    other = Hands()
    other.begin(*other.mails)
    other.record(Outcome(Verdict.UNKNOWN))
    frozen.record(Outcome(late))
    assert state(delivery) == State.UNCERTAIN


@pytest.mark.parametrize("settled", [State.SENT, State.EXPIRED, State.CANCELLED])
def test_a_late_answer_changes_nothing_that_is_settled(settled: str) -> None:
    delivery = make.delivery()
    hands = Hands()
    hands.begin(*hands.mails)
    Delivery.objects.update(state=settled)
    hands.record(Outcome(Verdict.REFUSED))
    assert state(delivery) == settled


def test_a_late_refusal_leaves_what_another_worker_has_alone() -> None:
    delivery = make.delivery()
    hands = Hands()
    sweep(NOW + settings.LEASE)
    hands.now = NOW + settings.LEASE
    Hands()
    hands.record(Outcome(Verdict.REFUSED))
    assert state(delivery) == State.PLANNED


def test_what_no_mail_can_be_made_of_ends_unless_another_worker_has_it() -> None:
    mine, lost = make.delivery(), make.delivery()
    hands, loser = Hands(), Hands()
    Bundle.objects.filter(pk=lost.bundle_id).update(claim="0" * 32)
    hands.postbook.drop(hands.copies[0], State.FAILED, "cannot be printed")
    loser.postbook.drop(loser.copies[0], State.FAILED, "cannot be printed")
    assert (state(mine), state(lost)) == (State.FAILED, State.PLANNED)


def test_what_must_wait_is_claimed_again_then_once_the_rest_is_answered() -> None:
    bundle, later = make.bundle(), NOW + dt.timedelta(seconds=10)
    for _ in range(2):
        make.delivery(bundle=bundle)
    hands = Hands()
    hands.begin(hands.mails[0])
    hands.postbook.set_aside(hands.copies[1:], later)
    assert Bundle.objects.get().claim == hands.postbook.claim
    hands.record(ACCEPTED)
    assert take(hands.postbook.claim, NOW) is None
    assert len(take(hands.postbook.claim, later) or []) == 1


def test_a_lease_is_renewed_while_what_is_in_hand_must_wait() -> None:
    make.delivery()
    hands = Hands()
    hands.now = NOW + settings.LEASE / 2
    hands.postbook.hold()
    assert Bundle.objects.get().lease_until == hands.now + settings.LEASE


def test_what_is_in_hand_is_given_back_but_what_is_leaving() -> None:
    bundle, other = make.bundle(), make.bundle()
    make.delivery(bundle=bundle)
    make.delivery(bundle=other)
    hands = Hands()
    hands.postbook.take(take(hands.postbook.claim, NOW) or [])
    hands.begin(*hands.mails)
    hands.postbook.close()
    assert [*Bundle.objects.order_by("pk").values_list("claim", flat=True)] == [
        hands.postbook.claim,
        None,
    ]


@pytest.mark.django_db(transaction=True)
def test_sending_inside_another_transaction_is_an_error() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        Postbook(lambda: NOW)
