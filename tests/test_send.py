"""Claim, print, hand over, record: whatever is ready leaves, each mail once."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial

import factories as make
import pytest
from beside import at_once
from django.conf import settings as dj_settings
from pytest_django import Settings
from recorder import Recorder

from config.mail_url import SMTP_TIMEOUT_SECONDS
from digests.identity.merge import merge
from digests.models import Paper, PaperTopic
from newsletter.compose import compose
from newsletter.models import Breaker, Bundle, Delivery
from newsletter.printing.press import Press
from newsletter.sending.copies import Copy
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.send import send_ready
from newsletter.sending.sweep import sweep
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
NOW = make.NOW
State = Delivery.State


def clock() -> dt.datetime:
    return NOW


def hours_later(hours: int) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours)


def recipient(delivery: Delivery) -> str:
    assert delivery.subscriber
    return delivery.subscriber.email


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def test_what_is_ready_is_sent_bundle_after_bundle() -> None:
    deliveries = [make.delivery() for _ in range(2)]
    transport = Recorder()
    assert send_ready(transport, clock) == {State.SENT: 2}
    assert transport.recipients == [recipient(delivery) for delivery in deliveries]
    assert {*Bundle.objects.values_list("is_settled", "claim")} == {(True, None)}


def test_what_was_put_off_is_tried_again_later_and_then_sent() -> None:
    delivery = make.delivery()
    wait = dt.timedelta(minutes=30)
    send_ready(Recorder(Outcome(Verdict.DEFERRED, retry_after=wait)), clock)
    sweep(NOW + wait / 2)
    assert send_ready(Recorder(), lambda: NOW + wait / 2) == {}
    sweep(NOW + wait)
    assert send_ready(Recorder(), lambda: NOW + wait) == {State.SENT: 1}
    assert (state(delivery), delivery.attempts) == (State.SENT, 2)


def test_an_uncertain_mail_is_never_sent_again() -> None:
    make.delivery()
    send_ready(Recorder(Outcome(Verdict.UNKNOWN)), clock)
    transport = Recorder()
    for hours in range(24):
        sweep(hours_later(hours))
        send_ready(transport, partial(hours_later, hours))
    assert transport.recipients == []


def test_a_closed_transport_stops_the_run_and_burns_no_delivery() -> None:
    bundle = make.bundle()
    deliveries = [make.delivery(bundle=bundle) for _ in range(3)]
    transport = Recorder(Outcome(Verdict.CLOSED, "login refused"))
    with pytest.raises(ClosedError, match="login refused"):
        send_ready(transport, clock)
    assert len(transport.recipients) == 1
    assert [state(delivery) for delivery in deliveries] == [State.PLANNED] * 3
    assert [*Bundle.objects.values_list("claim", "claims")] == [(None, 0)]


def test_a_mail_that_cannot_be_printed_does_not_hold_up_the_others() -> None:
    bundle = make.bundle()
    broken = make.delivery(bundle=bundle, subscriber=make.subscriber(email="a\nb@example.org"))
    whole = make.delivery(bundle=bundle)
    assert send_ready(Recorder(), clock) == {State.FAILED: 1, State.SENT: 1}
    assert (state(broken), state(whole)) == (State.FAILED, State.SENT)
    assert broken.reason == "cannot be printed: BadHeaderError"


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_mail_once(morning: Callable[..., None]) -> None:
    morning(readers=60, now=NOW)
    compose(NOW)
    for number in Delivery.objects.values_list("pk", flat=True):  # as if there were thousands
        Delivery.objects.filter(pk=number).update(bundle=make.bundle())
    transport = Recorder()
    assert at_once(*[lambda: send_ready(transport, clock)] * 4) == []
    assert len(transport.recipients) == len({*transport.recipients}) == 60


def test_an_error_with_one_bundle_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, _ = make.delivery(), make.delivery()
    load = Press.load

    def load_all_but_one(press: Press, copies: Sequence[Copy]) -> None:
        if copies[0].delivery == broken.pk:
            raise MemoryError
        load(press, copies)

    monkeypatch.setattr(Press, "load", load_all_but_one)
    transport = Recorder()
    for _ in range(2):
        with pytest.raises(MemoryError):
            send_ready(transport, clock)
    assert len(transport.recipients) == 1


@pytest.mark.parametrize("obstacle", ["she left", "nothing is left"])
def test_a_try_of_a_closed_transport_is_made_by_the_next_mail_if_the_first_must_not_leave(
    obstacle: str,
) -> None:
    bundle = make.bundle()
    first, second = (make.delivery(bundle=bundle) for _ in range(2))
    if obstacle == "she left":
        Subscriber.objects.filter(deliveries=first).update(state=Subscriber.State.UNSUBSCRIBED)
    else:
        PaperTopic.objects.filter(
            paper__in=first.edition.paper_ids if first.edition else []
        ).delete()
    Breaker.objects.create(transport=dj_settings.TRANSPORT, opened_at=NOW, retry_at=NOW)
    transport = Recorder()
    assert send_ready(transport, clock) == {State.CANCELLED: 1, State.SENT: 1}
    assert transport.recipients == [recipient(second)]


def test_a_domain_that_asks_for_a_pause_gets_it_and_the_others_go_on() -> None:
    bundle, too_fast = make.bundle(), Outcome(Verdict.DEFERRED, "SMTP 421 4.7.28")
    for number in range(40):
        domain = "paused.example" if number % 2 else "other.example"
        make.delivery(bundle=bundle, subscriber=make.subscriber(email=f"r{number}@{domain}"))
    transport = Recorder(Outcome(Verdict.ACCEPTED), too_fast)
    send_ready(transport, clock, may_go_on=lambda results: results[State.SENT] < 19)
    assert len([it for it in transport.recipients if it.endswith("paused.example")]) <= 2
    assert not Breaker.objects.filter(opened_at__isnull=False).exists()


def test_a_slow_domain_does_not_hold_up_the_bundles_behind_it(settings: Settings) -> None:
    settings.DOMAIN_RATES = {"slow.example": 0.01}
    first, second = make.bundle(), make.bundle()
    for bundle, domain in [(first, "slow.example")] * 3 + [(second, "fast.example")] * 2:
        reader = make.subscriber(email=f"reader{Delivery.objects.count()}@{domain}")
        make.delivery(bundle=bundle, subscriber=reader)
    transport = Recorder()
    send_ready(transport, clock, may_go_on=lambda results: results[State.SENT] < 2)
    assert len([it for it in transport.recipients if it.endswith("fast.example")]) == 2
    first.refresh_from_db()
    assert first.ready_at > NOW


def test_a_run_ends_at_its_time() -> None:
    make.delivery()
    assert send_ready(Recorder(), clock, until=NOW) == {}
    assert Delivery.objects.get().state == State.PLANNED


def test_a_run_does_not_outlast_its_time_and_gives_back_what_it_did_not_begin() -> None:
    bundle = make.bundle()
    deliveries = [make.delivery(bundle=bundle) for _ in range(3)]
    transport = Recorder()

    def clock() -> dt.datetime:
        """Let each mail take 40 seconds."""
        return NOW + dt.timedelta(seconds=40) * len(transport.messages)

    send_ready(transport, clock, until=NOW + dt.timedelta(seconds=60))
    assert [state(delivery) for delivery in deliveries] == [State.SENT, State.SENT, State.PLANNED]
    assert [*Bundle.objects.values_list("claim", "is_settled")] == [(None, False)]


def test_the_lease_outlives_the_longest_wait_for_a_mail_server() -> None:
    assert dj_settings.LEASE.total_seconds() > SMTP_TIMEOUT_SECONDS


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
    assert [mail["Subject"] for mail in transport.mails] == ["Tides"]
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
    assert [stays.title in str(mail.get_body()) for mail in transport.mails] == [False, True]
