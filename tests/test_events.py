"""What a provider told is applied once, and comes to the same in whichever order it came."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random
from typing import Any

import factories as make
import pytest
from beside import as_another_worker, at_once
from django.db import connection, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from hypothesis import strategies as st
from payloads import LOGIN, WORDS, credentials, notice
from pytest_django import DjangoAssertNumQueries

from newsletter.events import BATCH, GOOD_NEWS_KEPT, KEPT, apply_waiting, forget_old
from newsletter.models import Delivery, Event
from newsletter.sending.claims import take
from newsletter.sending.sweep import sweep
from subscribers import addresses, lifecycle, moving
from subscribers.models import Subscriber, Suppression

pytestmark = pytest.mark.django_db
NOW = make.NOW
HOUR = dt.timedelta(hours=1)
State, Kind = Delivery.State, Event.Kind
Block = Callable[[], AbstractContextManager[None]]
LEFT = ["deferred", "delivered", "bounced", "complained"]
REFUSED = ["rejected", "failed"]
TAKEN = ["queued", "sent"]


def told(kind: str, state: str, **fields: Any) -> Delivery:
    """Apply one event of a delivery in a state, and return what became of it."""
    delivery = make.delivery(state)
    make.event(kind, delivery=delivery, **fields)
    assert apply_waiting(NOW) == 1
    delivery.refresh_from_db()
    return delivery


def final_state() -> tuple[list[Any], ...]:
    """Return all that events may change, without whose it is."""
    rows = Delivery.objects.order_by("pk")
    deliveries = rows.values_list("state", "reason", "sent_at", "next_attempt_at")
    return (
        [*deliveries],
        [*Subscriber.objects.order_by("pk").values_list("state", flat=True)],
        [*Subscriber.objects.suppressed().order_by("pk").values_list("email", flat=True)],
    )


@pytest.mark.parametrize("kind", LEFT + TAKEN)
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.PLANNED, State.EXPIRED])
def test_a_mail_that_the_provider_has_is_sent(kind: str, state: str) -> None:
    delivery = told(kind, state)
    assert (delivery.state, delivery.sent_at) == (State.SENT, NOW)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.PLANNED, State.SENT])
def test_a_mail_that_the_provider_does_not_send_has_failed(kind: str, state: str) -> None:
    delivery = told(kind, state)
    assert (delivery.state, delivery.sent_at) == (State.FAILED, None)
    assert delivery.reason == f"the provider does not send it: {kind}"


def test_a_mail_that_bounced_counts_as_sent_and_says_so() -> None:
    delivery = told("bounced", State.SENT, reject_reason="timed_out")
    assert delivery.state == State.SENT
    assert delivery.reason == "taken, and it bounced: timed_out"


@pytest.mark.parametrize("kinds", [("rejected", "delivered"), ("delivered", "rejected")])
def test_a_mail_of_which_both_is_said_counts_as_seen(kinds: tuple[str, str]) -> None:
    delivery = make.delivery(State.UNCERTAIN)
    for kind in kinds:
        make.event(kind, delivery=delivery)
        apply_waiting(NOW)
    assert Delivery.objects.get().state == State.SENT


def test_what_was_known_of_a_sent_mail_stays() -> None:
    delivery = make.delivery(State.SENT, reason="HTTP 202")
    for kind in ("complained", "delivered"):
        make.event(kind, delivery=delivery)
    apply_waiting(NOW)
    assert Delivery.objects.get().reason == "HTTP 202"


def test_a_delivery_healed_before_its_sweep_is_not_made_uncertain() -> None:
    bundle = make.bundle(held=True, lease_until=NOW)
    delivery = make.delivery(bundle=bundle)
    bundle.leaving = [delivery.pk]
    bundle.save()
    make.event("delivered", delivery=delivery)
    apply_waiting(NOW)
    assert sweep(NOW) == {}
    assert Delivery.objects.get().state == State.SENT


def test_what_a_restored_backup_has_forgotten_to_be_sent_is_not_sent_again() -> None:
    make.event("delivered", delivery=make.delivery())
    apply_waiting(NOW)
    assert take(uuid.UUID(int=1), NOW) == []


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"kind": "complained"}, "complained"),
        ({"kind": "rejected", "reject_reason": "spam"}, "complained"),
        ({"kind": "bounced", "is_bad_address": True}, "bounced"),
        ({"kind": "rejected", "is_bad_address": True}, "bounced"),
    ],
)
def test_nobody_is_written_to_who_complained_or_is_not_there(
    event: dict[str, Any], reason: str
) -> None:
    told(state=State.SENT, **event)
    assert Suppression.objects.get().reason == reason
    assert not Subscriber.objects.mailable().exists()


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "delivered"},
        {"kind": "deferred"},
        {"kind": "bounced", "reject_reason": "bounced"},
        {"kind": "bounced", "reject_reason": "spam"},
        {"kind": "rejected", "reject_reason": "blocked"},
    ],
    ids=str,
)
def test_anybody_else_is_written_to_as_before(event: dict[str, Any]) -> None:
    delivery = told(state=State.SENT, **event)
    assert Subscriber.objects.mailable().get().pk == delivery.subscriber_id


@pytest.mark.parametrize(
    "event",
    [{"kind": "unsubscribed"}, {"kind": "rejected", "reject_reason": "unsubscribed"}],
    ids=str,
)
def test_who_left_by_way_of_the_provider_has_left(event: dict[str, Any]) -> None:
    told(state=State.UNCERTAIN, **event)
    assert Subscriber.objects.get().state == Subscriber.State.UNSUBSCRIBED
    assert not Suppression.objects.exists()


def of_nobody() -> dict[str, Any]:
    return {"delivery": None}


def of_an_unknown_delivery() -> dict[str, Any]:
    return {"delivery": Delivery(pk=10**15, subscriber=make.subscriber())}


def to_somebody_else() -> dict[str, Any]:
    return {"recipient": make.subscriber().fingerprint}


def to_nobody() -> dict[str, Any]:
    return {"recipient": None}


def of_an_erased_reader() -> dict[str, Any]:
    reader = make.subscriber()
    delivery = make.delivery(State.UNCERTAIN, subscriber=reader)
    recipient = reader.fingerprint
    reader.delete()
    delivery.refresh_from_db()
    return {"delivery": delivery, "recipient": recipient}


def of_what_was_never_a_mail() -> dict[str, Any]:
    return {"delivery": make.delivery(State.SKIPPED)}


@pytest.mark.parametrize(
    "forged",
    [
        of_nobody,
        of_an_unknown_delivery,
        to_somebody_else,
        to_nobody,
        of_an_erased_reader,
        of_what_was_never_a_mail,
    ],
)
@pytest.mark.parametrize("kind", Kind.values)
def test_what_cannot_be_true_is_kept_and_changes_nothing(
    kind: str, forged: Callable[[], dict[str, Any]]
) -> None:
    make.event(kind, is_bad_address=True, **forged())
    before = final_state()
    assert apply_waiting(NOW) == 1
    assert final_state() == before
    assert Event.objects.get().applied_at == NOW


# --- Of a mail to an address that she has moved away from since -----------------------------------


def told_of_the_old_address(**fields: Any) -> Subscriber:
    """Apply an event of a mail that went to where a reader was before, and return her."""
    reader = make.subscriber()
    delivery, old = make.delivery(State.SENT, subscriber=reader), reader.email
    moving.move(make.letter(kind="move", subscriber=reader, address="new@example.org"), NOW)
    make.event(delivery=delivery, recipient=addresses.fingerprint(old), **fields)
    assert apply_waiting(NOW) == 1
    reader.refresh_from_db()
    assert reader.email == "new@example.org"
    return reader


@pytest.mark.parametrize("kind", Kind.values)
def test_what_befalls_her_old_address_never_stops_mail_to_the_new_one(kind: str) -> None:
    for why in ("", "spam", "unsubscribed"):
        reader = told_of_the_old_address(kind=kind, reject_reason=why, is_bad_address=True)
        assert Subscriber.objects.mailable().get() == reader
        lifecycle.erase(reader)


@pytest.mark.parametrize(
    ("event", "reasons"),
    [
        ({"kind": "complained"}, ["complained"]),
        ({"kind": "bounced", "is_bad_address": True}, ["bounced"]),
        ({"kind": "bounced"}, []),
        ({"kind": "unsubscribed"}, []),
    ],
    ids=str,
)
def test_an_old_address_that_complains_or_is_not_there_is_spared(
    event: dict[str, Any], reasons: list[str]
) -> None:
    reader = told_of_the_old_address(**event)
    assert [*Suppression.objects.values_list("reason", flat=True)] == reasons
    assert reader.letters.get(kind="moved").address
    kept = Event.objects.get()
    assert (kept.kind, kept.delivery) == (event["kind"], reader.deliveries.get())
    assert reader.deliveries.get().state == State.SENT


def moved_after(state: str, **fields: Any) -> Delivery:
    """Return a delivery of a reader who moved an hour after NOW, with what befell the old address.

    `events` are its notices; the others are the delivery's own fields.
    """
    events, reader = fields.pop("events"), make.subscriber(email="ada@old.example.org")
    delivery, old = make.delivery(state, subscriber=reader, **fields), bytes(reader.fingerprint)
    letter = make.letter(kind="move", subscriber=reader, address="new@example.org")
    assert moving.move(letter, NOW + HOUR)
    for kind in events:
        make.event(kind, delivery=delivery, recipient=old)
    assert apply_waiting(NOW + 2 * HOUR) == len(events)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize("kind", LEFT + TAKEN)
@pytest.mark.parametrize("state", [State.UNCERTAIN, State.PLANNED, State.EXPIRED])
def test_a_mail_that_reached_the_old_address_is_sent_and_goes_to_no_other(
    state: str, kind: str
) -> None:
    assert moved_after(state, events=[kind]).state == State.SENT


@pytest.mark.parametrize("kind", REFUSED)
def test_what_was_refused_at_the_old_address_comes_again_at_the_new_one(kind: str) -> None:
    refused = moved_after(State.SENT, sent_at=NOW, events=[kind])
    assert refused.state == State.FAILED
    late = addresses.fingerprint("ada@old.example.org")
    make.event("queued", delivery=refused, recipient=late)
    assert apply_waiting(NOW + 3 * HOUR) == 1
    refused.refresh_from_db()
    assert refused.state == State.FAILED


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize(
    ("state", "sent_at"), [(State.SENT, NOW + 2 * HOUR), (State.UNCERTAIN, None)]
)
def test_a_refusal_at_the_old_address_says_nothing_of_what_may_be_at_the_new_one(
    state: str, sent_at: dt.datetime | None, kind: str
) -> None:
    assert moved_after(state, sent_at=sent_at, events=[kind]).state == state


def test_an_address_that_she_never_had_is_not_spared() -> None:
    reader = make.subscriber()
    delivery = make.delivery(State.SENT, subscriber=reader)
    moving.move(make.letter(kind="move", subscriber=reader, address="new@example.org"), NOW)
    make.event("complained", delivery=delivery, recipient=addresses.fingerprint("eve@example.org"))
    apply_waiting(NOW)
    assert not Suppression.objects.exists()


STORIES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(sorted(WORDS["sparkpost"]))), max_size=12
)
BEFORE = [State.UNCERTAIN, State.SENT, State.PLANNED, State.FAILED]


def world() -> list[Delivery]:
    """Make a delivery in each of the states that a mail on its way may be in."""
    return [
        make.delivery(state, subscriber=make.subscriber(email=f"ada{n}@example.org"))
        for n, state in enumerate(BEFORE)
    ]


def tell(deliveries: list[Delivery], story: list[tuple[int, str]]) -> None:
    """Have the provider post notices of deliveries, all in one list."""
    body = json.dumps(
        [
            notice(
                "sparkpost",
                news,
                delivery=deliveries[which].pk,
                address=f"ada{which}@example.org",
                number=which * 100 + sorted(WORDS["sparkpost"]).index(news),
            )
            for which, news in story
        ]
    )
    proof = {"WEBHOOK_SECRET": LOGIN}
    with override_settings(WEBHOOKS_FROM="sparkpost", ANYMAIL=proof):
        client = Client(headers=credentials("sparkpost", body))
        answer = client.post("/anymail/sparkpost/tracking/", body, content_type="application/json")
    assert answer.status_code == 200


@given(story=STORIES, shuffle=st.randoms(use_true_random=False), parts=st.integers(1, 5))
@thorough(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_repeated_and_shuffled_it_comes_to_the_same_as_told_once_in_order(
    clean_slate: Block, story: list[tuple[int, str]], shuffle: Random, parts: int
) -> None:
    with clean_slate():
        tell(world(), story)
        apply_waiting(NOW)
        expected = final_state()
    with clean_slate():
        deliveries, again = world(), [*story] * 3
        shuffle.shuffle(again)
        for part in range(parts):
            tell(deliveries, again[part::parts])
            apply_waiting(NOW)
        assert final_state() == expected


def poison(event: Event) -> None:
    """Have the database refuse any change of a delivery, for as long as the test lasts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'poison'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER poison BEFORE UPDATE ON newsletter_delivery FOR EACH ROW"
            f" WHEN (OLD.id = {event.delivery_id:d}) EXECUTE FUNCTION refuse()"
        )


def test_one_event_that_cannot_be_applied_stops_no_other_and_is_left_alone() -> None:
    events = [make.event() for _ in range(5)]
    poison(events[2])
    applied = [apply_waiting(NOW) for _ in range(Event.MOST_ATTEMPTS + 1)]
    assert applied == [0, 4, 0, 0, 0, 0]
    (left,) = Event.objects.filter(applied_at=None)
    assert (left, left.attempts) == (events[2], Event.MOST_ATTEMPTS)
    assert Delivery.objects.filter(state=State.SENT).count() == 4


def test_a_bad_event_delays_none_that_comes_later() -> None:
    poison(make.event())
    apply_waiting(NOW)
    later = make.event()
    assert apply_waiting(NOW) == 1
    later.refresh_from_db()
    assert later.applied_at == NOW


def test_more_than_a_batch_is_applied_at_once() -> None:
    reader = make.subscriber()
    delivery = make.delivery(State.UNCERTAIN, subscriber=reader)
    rows = [
        Event(
            provider="Postmark",
            key=number.to_bytes(32),
            kind="delivered",
            delivery=delivery,
            recipient=reader.fingerprint,
            happened_at=NOW,
            received_at=NOW,
        )
        for number in range(BATCH + 3)
    ]
    Event.objects.bulk_create(rows)
    assert apply_waiting(NOW) == BATCH + 3
    assert apply_waiting(NOW) == 0


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("state", "queries"), [(State.UNCERTAIN, 12), (State.SENT, 3)])
def test_good_news_cost_the_same_for_one_mail_and_for_many(
    count: int, state: str, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make.event(delivery=make.delivery(state))
    with django_assert_num_queries(queries):
        assert apply_waiting(NOW) == count


def test_where_nothing_waits_it_costs_three_looks(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):
        assert apply_waiting(NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_somebody_writes_to_is_not_waited_for() -> None:
    busy, free = make.event(), make.event()
    with transaction.atomic():
        Delivery.objects.select_for_update(of=("self",)).get(events=busy)
        as_another_worker(lambda: apply_waiting(NOW))
    assert [*Event.objects.filter(applied_at=None)] == [busy]
    assert apply_waiting(NOW) == 1
    assert Delivery.objects.filter(state=State.SENT).count() == 2
    free.refresh_from_db()
    assert free.applied_at == NOW


@pytest.mark.django_db(transaction=True)
def test_two_workers_apply_each_event_once() -> None:
    for _ in range(20):
        make.event("complained")
    counts = list[int]()

    def work() -> None:
        counts.append(apply_waiting(NOW))

    assert at_once(work, work) == []
    assert sum(counts) == 20
    assert Suppression.objects.count() == 20


def test_what_is_old_is_forgotten_and_good_news_are_so_sooner() -> None:
    for kind in ("delivered", "bounced"):
        for age in (GOOD_NEWS_KEPT, KEPT):
            make.event(kind, received_at=NOW - age)
            make.event(kind, received_at=NOW - age - dt.timedelta(seconds=1))
    assert forget_old(NOW) == 4
    assert Event.objects.filter(kind="delivered").count() == 1
    assert Event.objects.filter(kind="bounced").count() == 3


def test_forgetting_is_done_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.events.MOST_FORGOTTEN", 2)
    old = [make.event(received_at=NOW - KEPT - n * make.ONE_DAY) for n in range(1, 6)]
    assert [forget_old(NOW) for _ in range(4)] == [2, 2, 1, 0]
    assert len(old) == 5
