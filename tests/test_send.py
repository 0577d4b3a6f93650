"""Claim, begin, hand over, record: the order of the steps is the guarantee."""

import datetime as dt
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import factories as make
import pytest
from beside import at_once
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from config.mail_url import SMTP_TIMEOUT_SECONDS
from digests.identity.merge import merge
from digests.models import Paper
from newsletter import send
from newsletter.compose import compose
from newsletter.models import Delivery
from newsletter.render import Press
from newsletter.send import TransportClosedError, send_ready
from newsletter.transports.outcome import Outcome, Verdict
from subscribers import lifecycle
from subscribers.models import Subscriber, Suppression

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State


def clock() -> dt.datetime:
    return NOW


class Recorder:
    """A transport that notes whom it wrote to, and answers as it is told."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = [*outcomes]
        self.recipients: list[str] = []
        self.messages: list[EmailMultiAlternatives] = []

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        self.recipients += message.to
        self.messages.append(message)
        return self.outcomes.pop(0) if self.outcomes else Outcome(Verdict.ACCEPTED)


def hours_later(hours: int) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours)


def recipient(delivery: Delivery) -> str:
    assert delivery.subscriber
    return delivery.subscriber.email


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_what_is_ready_is_sent_with_the_name_the_other_side_gave_it() -> None:
    delivery = make.delivery()
    transport = Recorder(Outcome(Verdict.ACCEPTED, message_id="<m@example>"))
    assert send_ready(transport, clock) == {State.SENT: 1}
    assert transport.recipients == [recipient(delivery)]
    assert (state(delivery), delivery.message_id, delivery.sent_at) == ("sent", "<m@example>", NOW)


@pytest.mark.parametrize("unready", [{"next_attempt_at": NOW + make.ONE_DAY}, {"closes_at": NOW}])
def test_what_waits_or_is_over_is_left_alone(unready: dict[str, Any]) -> None:
    make.delivery(**unready)
    transport = Recorder()
    assert send_ready(transport, clock) == {}
    assert transport.recipients == []


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.DEFERRED, State.PLANNED),
        (Verdict.REFUSED, State.FAILED),
        (Verdict.BAD_ADDRESS, State.FAILED),
        (Verdict.UNKNOWN, State.UNCERTAIN),
    ],
)
def test_each_answer_leads_to_one_state(verdict: Verdict, expected: str) -> None:
    delivery = make.delivery()
    send_ready(Recorder(Outcome(verdict, "because")), clock)
    assert (state(delivery), delivery.reason, delivery.attempts) == (expected, "because", 1)


def test_what_was_put_off_is_tried_again_later_and_then_sent() -> None:
    delivery = make.delivery()
    wait = dt.timedelta(minutes=30)
    send_ready(Recorder(Outcome(Verdict.DEFERRED, retry_after=wait)), clock)
    assert send_ready(Recorder(), lambda: NOW + wait / 2) == {}
    assert send_ready(Recorder(), lambda: NOW + wait) == {State.SENT: 1}
    assert (state(delivery), delivery.attempts) == (State.SENT, 2)


def test_an_uncertain_mail_is_never_sent_again() -> None:
    make.delivery()
    send_ready(Recorder(Outcome(Verdict.UNKNOWN)), clock)
    transport = Recorder()
    for hours in range(24):
        send_ready(transport, partial(hours_later, hours))
    assert transport.recipients == []


def test_a_mailbox_that_does_not_exist_is_suppressed() -> None:
    delivery = make.delivery()
    send_ready(Recorder(Outcome(Verdict.BAD_ADDRESS)), clock)
    assert not Subscriber.objects.mailable().filter(email=recipient(delivery)).exists()
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED


def test_a_closed_transport_stops_the_run_and_burns_no_delivery() -> None:
    deliveries = [make.delivery() for _ in range(3)]
    transport = Recorder(Outcome(Verdict.CLOSED, "login refused"))
    with pytest.raises(TransportClosedError, match="login refused"):
        send_ready(transport, clock)
    assert len(transport.recipients) == 1
    assert [state(delivery) for delivery in deliveries] == [State.PLANNED] * 3
    assert [delivery.claims for delivery in deliveries] == [0, 0, 0]


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
    make.delivery()
    (delivery,) = send.claim(NOW)
    leave(Subscriber.objects.get(email=recipient(delivery)))
    assert not send.begin(delivery, NOW)
    assert state(delivery) == State.CANCELLED


def test_a_mail_that_cannot_be_built_does_not_hold_up_the_others() -> None:
    broken = make.delivery(edition=make.edition(paper_ids=[0]))
    whole = make.delivery()
    assert send_ready(Recorder(), clock) == {State.FAILED: 1, State.SENT: 1}
    assert (state(broken), state(whole)) == (State.FAILED, State.SENT)
    assert broken.reason == "cannot be rendered: KeyError"


def test_a_worker_that_lost_its_claim_finds_out_before_the_mail_leaves() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    Delivery.objects.update(state=State.PLANNED, claim=None)
    (taken,) = send.claim(NOW)
    assert not send.begin(delivery, NOW)
    assert send.begin(taken, NOW)


def test_a_claim_can_be_begun_only_once() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    assert send.begin(delivery, NOW)
    assert not send.begin(delivery, NOW)


def test_a_morning_that_ends_while_a_worker_holds_it_is_not_begun() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    assert not send.begin(delivery, NOW + make.ONE_DAY)


def test_a_late_answer_heals_what_was_given_up_as_uncertain() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    send.begin(delivery, NOW)
    Delivery.objects.update(state=State.UNCERTAIN)
    send.record(delivery, Outcome(Verdict.ACCEPTED), NOW)
    assert state(delivery) == State.SENT


def test_a_late_answer_changes_nothing_that_is_settled() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    send.begin(delivery, NOW)
    send.record(delivery, Outcome(Verdict.ACCEPTED), NOW)
    send.record(delivery, Outcome(Verdict.REFUSED), NOW)
    assert state(delivery) == State.SENT


@pytest.mark.django_db(transaction=True)
def test_beginning_inside_another_transaction_is_an_error() -> None:
    make.delivery()
    (delivery,) = send.claim(NOW)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        send.begin(delivery, NOW)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_mail_once(morning: Callable[..., None]) -> None:
    morning(readers=60, now=NOW)
    compose(NOW)
    transport = Recorder()
    assert at_once(*[lambda: send_ready(transport, clock)] * 4) == []
    assert len(transport.recipients) == len({*transport.recipients}) == 60


def test_a_run_ends_at_its_time_and_puts_back_nothing_it_began() -> None:
    make.delivery()
    assert send_ready(Recorder(), clock, until=NOW) == {}
    assert Delivery.objects.get().state == State.PLANNED


def test_a_run_does_not_outlast_its_time_by_more_than_one_mail() -> None:
    deliveries = [make.delivery() for _ in range(3)]
    moments = (NOW + number * dt.timedelta(seconds=20) for number in itertools.count())
    transport = Recorder()
    send_ready(transport, lambda: next(moments), until=NOW + dt.timedelta(seconds=90))
    assert transport.recipients == [recipient(deliveries[0])]
    assert [state(delivery) for delivery in deliveries] == [
        State.SENT,
        State.PLANNED,
        State.PLANNED,
    ]


def test_what_a_dead_worker_held_is_claimed_last_and_alone() -> None:
    suspects = [make.delivery(claims=1) for _ in range(2)]
    fresh = [make.delivery() for _ in range(2)]
    assert send.claim(NOW) == fresh
    assert [send.claim(NOW) for _ in range(3)] == [[suspects[0]], [suspects[1]], []]


def test_a_delivery_without_an_edition_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="nothing to send"):
        Press().mail(make.delivery(State.SKIPPED))


def test_the_lease_outlives_the_longest_wait_for_a_mail_server() -> None:
    assert settings.LEASE.total_seconds() > SMTP_TIMEOUT_SECONDS


# Papers that turn out to be one while a mail waits


def merged_while_waiting(*more: Paper) -> tuple[Delivery, Paper]:
    """Plan a mail with a paper that proves to be one she was sent yesterday, and `more`."""
    stays, goes = make.paper(title="Owls"), make.paper(title="An Owl")
    ada, yesterday = make.subscriber(), make.DATE - make.ONE_DAY
    make.delivery(State.SENT, subscriber=ada, edition=make.edition(stays), date=yesterday)
    edition = make.edition(goes, *more)
    planned = make.delivery(subscriber=ada, edition=edition)
    make.paper_topic(paper=stays, topic_id=edition.topic_ids[0])
    merge(goes, into=stays)
    return planned, stays


def test_a_mail_leaves_out_what_she_has_under_another_number() -> None:
    planned, _ = merged_while_waiting(make.paper(title="Tides"))
    transport = Recorder()
    send_ready(transport, clock)
    assert [message.subject for message in transport.messages] == ["Mon 16 March: Tides"]
    assert state(planned) == State.SENT


def test_a_mail_of_which_nothing_is_left_is_not_sent() -> None:
    planned, _ = merged_while_waiting()
    transport = Recorder()
    assert send_ready(transport, clock) == {State.CANCELLED: 1}
    assert transport.recipients == []
    assert (state(planned), planned.reason) == (State.CANCELLED, "nothing left that is new to her")


def test_another_reader_of_the_edition_reads_all_of_it() -> None:
    planned, stays = merged_while_waiting(make.paper(title="Tides"))
    make.delivery(edition=planned.edition)
    transport = Recorder()
    send_ready(transport, clock)
    assert [stays.title in str(message.body) for message in transport.messages] == [False, True]
