"""The verbs: who may be written to, what is asked first, and what is left when she goes."""

import datetime as dt
from typing import Any

import factories as make
import pytest
from beside import at_once, begin
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from digests.models import Topic
from newsletter.models import Delivery
from subscribers import addresses, lifecycle, tokens
from subscribers.choosing import Choice
from subscribers.models import Letter, Subscriber, Subscription, Suppression

pytestmark = pytest.mark.django_db
NOW, DAY, HOUR = make.NOW, make.ONE_DAY, dt.timedelta(hours=1)
ADA = "ada@example.org"
State, Kind, Reason = Subscriber.State, Letter.Kind, Suppression.Reason
EVERY_STATE = pytest.mark.parametrize("state", State.values)


@pytest.fixture
def topics() -> list[Topic]:
    return [make.topic(), make.topic()]


def reader_of(address: str = ADA) -> Subscriber:
    return Subscriber.objects.get(email=address)


def asked(kind: Letter.Kind, address: str = ADA) -> int:
    return Letter.objects.filter(kind=kind, subscriber__email=address).count()


def token_of(letter: Letter) -> str:
    """Post a letter as far as its token goes, and return that."""
    token = tokens.derive("confirm", letter.pk)
    Letter.objects.filter(pk=letter.pk).update(token_fingerprint=tokens.fingerprint(token))
    return token


def sign_up(topics: list[Topic], now: dt.datetime = NOW, address: str = ADA) -> str:
    """Subscribe, and return the token of the letter that this causes."""
    lifecycle.subscribe(address, Choice(topics), now)
    return token_of(Letter.objects.filter(kind=Kind.CONFIRM).latest("pk"))


def sinces(subscriber: Subscriber) -> dict[Topic, dt.date]:
    return {row.topic: row.since for row in subscriber.subscriptions.select_related("topic")}


def is_mailable(subscriber: Subscriber) -> bool:
    return Subscriber.objects.mailable().filter(pk=subscriber.pk).exists()


# --- subscribe ----------------------------------------------------------------------------------


def test_who_subscribes_is_asked_to_confirm_and_sent_nothing_else(topics: list[Topic]) -> None:
    lifecycle.subscribe(ADA, Choice(topics), NOW, time_zone="Asia/Tokyo")
    reader = reader_of()
    assert (reader.state, reader.next_due_at, reader.time_zone) == ("pending", None, "Asia/Tokyo")
    assert set(reader.topics.all()) == set(topics)
    assert not is_mailable(reader)
    letter = Letter.objects.get()
    assert (letter.kind, letter.state, letter.next_attempt_at) == ("confirm", "waiting", NOW)


def test_without_a_zone_she_lives_in_the_installations(topics: list[Topic], settings: Any) -> None:
    settings.DEFAULT_TIME_ZONE = "Europe/Berlin"
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert reader_of().time_zone == "Europe/Berlin"


def test_spelled_with_other_capitals_she_is_the_same_reader(topics: list[Topic]) -> None:
    lifecycle.subscribe("Ada@example.org", Choice(topics), NOW)
    lifecycle.subscribe("ADA@example.org", Choice(topics), NOW + DAY)
    assert Subscriber.objects.get().email == "Ada@example.org"
    assert asked(Kind.CONFIRM, "Ada@example.org") == 2


def test_a_tag_makes_another_reader(topics: list[Topic]) -> None:
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    lifecycle.subscribe("ada+papers@example.org", Choice(topics), NOW)
    assert Subscriber.objects.count() == 2


def test_a_pending_reader_may_choose_again(topics: list[Topic]) -> None:
    lifecycle.subscribe(ADA, Choice(topics[:1]), NOW)
    lifecycle.subscribe(ADA, Choice(topics[1:]), NOW + HOUR)
    assert [*reader_of().topics.all()] == topics[1:]


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
def test_who_is_there_already_gets_her_link_and_nothing_of_hers_changes(
    state: str, topics: list[Topic]
) -> None:
    reader = make.subscriber(state, email=ADA)
    make.subscription(subscriber=reader, topic=topics[0])
    before = Subscriber.objects.filter(email=ADA).values().get()
    lifecycle.subscribe(ADA, Choice(topics[1:]), NOW, time_zone="Asia/Tokyo")
    assert Subscriber.objects.filter(email=ADA).values().get() == before
    assert [*reader.topics.all()] == topics[:1]
    assert (asked(Kind.LINK), asked(Kind.CONFIRM)) == (1, 0)


def test_who_left_is_asked_again_before_anything_is_sent(topics: list[Topic]) -> None:
    reader = make.subscriber(State.UNSUBSCRIBED, email=ADA)
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    reader.refresh_from_db()
    assert (reader.state, reader.created_at) == ("pending", NOW)
    assert set(reader.topics.all()) == set(topics)
    assert asked(Kind.CONFIRM) == 1


def test_who_leaves_and_comes_back_the_same_day_gets_a_letter(topics: list[Topic]) -> None:
    reader = lifecycle.confirm(sign_up(topics), NOW + HOUR)
    assert reader
    lifecycle.unsubscribe(reader, NOW + 2 * HOUR)
    token = sign_up(topics, NOW + 3 * HOUR)
    assert asked(Kind.CONFIRM) == 2
    assert lifecycle.confirm(token, NOW + 4 * HOUR) == reader
    assert is_mailable(reader)


def test_the_letter_of_an_earlier_sign_up_confirms_no_later_one(topics: list[Topic]) -> None:
    earlier = sign_up(topics)
    lifecycle.unsubscribe(reader_of(), NOW + HOUR)
    later = sign_up(topics, NOW + 2 * HOUR)
    assert lifecycle.confirm(earlier, NOW + 3 * HOUR) is None
    assert reader_of().state == State.PENDING
    assert lifecycle.confirm(later, NOW + 3 * HOUR) == reader_of()


@EVERY_STATE
def test_a_suppressed_address_is_sent_no_letter(state: str, topics: list[Topic]) -> None:
    make.subscriber(state, email=ADA)
    lifecycle.suppress(ADA, Reason.COMPLAINED, NOW)
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    lifecycle.request_link(ADA, NOW)
    assert not Letter.objects.exists()


def test_an_address_that_was_suppressed_before_it_came_is_sent_no_letter(
    topics: list[Topic],
) -> None:
    make.suppression("ADA@example.org")
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("state", [None, *State.values])
def test_an_address_is_found_by_its_fingerprint_without_a_search(
    state: str | None, topics: list[Topic], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    if state:
        make.subscriber(state, email=ADA)
    with django_assert_max_num_queries(15) as queries:
        lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert not [query for query in queries if "UPPER" in query["sql"]]


# --- how many letters ---------------------------------------------------------------------------


def test_a_pending_reader_is_asked_once_a_day(topics: list[Topic]) -> None:
    for hours in (0, 1, 23):
        lifecycle.subscribe(ADA, Choice(topics), NOW + hours * HOUR)
    assert asked(Kind.CONFIRM) == 1
    lifecycle.subscribe(ADA, Choice(topics), NOW + DAY)
    assert asked(Kind.CONFIRM) == 2


def test_and_three_times_in_all(topics: list[Topic]) -> None:
    for day in range(14):
        lifecycle.subscribe(ADA, Choice(topics), NOW + day * DAY)
    assert asked(Kind.CONFIRM) == 3


def test_nobody_is_asked_to_confirm_more_than_three_times_a_fortnight(topics: list[Topic]) -> None:
    for day in range(60):
        lifecycle.subscribe(ADA, Choice(topics), NOW + day * DAY)
        lifecycle.forget_unconfirmed(NOW + day * DAY)
    days = [*Letter.objects.order_by("requested_at").values_list("requested_at", flat=True)]
    assert all(later - earlier >= 11 * DAY for earlier, later in zip(days, days[3:], strict=False))


def test_a_link_is_mailed_once_an_hour_and_three_times_a_day() -> None:
    make.subscriber(email=ADA)
    for minutes in range(0, 24 * 60, 30):
        lifecycle.request_link(ADA, NOW + dt.timedelta(minutes=minutes))
    hours = Letter.objects.order_by("pk").values_list("requested_at", flat=True)
    assert [*hours] == [NOW, NOW + HOUR, NOW + 2 * HOUR]


def test_the_next_day_links_are_mailed_again() -> None:
    make.subscriber(email=ADA)
    for hours in (0, 1, 2, 3, 24, 27):
        lifecycle.request_link(ADA, NOW + hours * HOUR)
    assert asked(Kind.LINK) == 4


def test_one_kind_of_letter_does_not_count_for_the_other(topics: list[Topic]) -> None:
    lifecycle.confirm(sign_up(topics), NOW)
    lifecycle.request_link(ADA, NOW)
    assert (asked(Kind.CONFIRM), asked(Kind.LINK)) == (1, 1)


def test_one_reader_does_not_count_for_the_other(topics: list[Topic]) -> None:
    for number in range(5):
        lifecycle.subscribe(f"reader{number}@example.net", Choice(topics), NOW)
    assert Letter.objects.count() == 5


@pytest.mark.parametrize(
    ("state", "letters"),
    [(State.PENDING, 0), (State.ACTIVE, 1), (State.PAUSED, 1), (State.UNSUBSCRIBED, 0)],
)
def test_only_who_reads_may_ask_for_her_link(state: str, letters: int) -> None:
    make.subscriber(state, email=ADA)
    lifecycle.request_link("ADA@example.org", NOW)
    lifecycle.request_link("nobody@example.org", NOW)
    assert (asked(Kind.LINK), Letter.objects.count()) == (letters, letters)


# --- confirm ------------------------------------------------------------------------------------


def test_who_confirms_is_active_and_due_at_once(topics: list[Topic]) -> None:
    reader = lifecycle.confirm(sign_up(topics), NOW + 2 * DAY)
    assert reader == reader_of()
    assert (reader.state, reader.confirmed_at) == ("active", NOW + 2 * DAY)
    assert [*Subscriber.objects.due(NOW + 2 * DAY)] == [reader]


@pytest.mark.parametrize(
    ("zone", "today"), [("UTC", 16), ("Pacific/Auckland", 16), ("Pacific/Honolulu", 15)]
)
def test_the_last_days_count_for_who_confirms(
    zone: str, today: int, topics: list[Topic], settings: Settings
) -> None:
    lifecycle.subscribe(ADA, Choice(topics), NOW, time_zone=zone)
    reader = lifecycle.confirm(token_of(Letter.objects.get()), NOW)
    assert reader
    window_start = dt.date(2026, 3, today) - settings.LOOKBACK_DAYS * DAY
    assert sinces(reader) == dict.fromkeys(topics, window_start)


def test_to_confirm_again_changes_nothing(topics: list[Topic]) -> None:
    token = sign_up(topics)
    lifecycle.confirm(token, NOW)
    before = Subscriber.objects.values().get(), [*Subscription.objects.order_by("pk").values()]
    again = lifecycle.confirm(token, NOW + 3 * DAY)
    assert again == reader_of()
    assert before == (
        Subscriber.objects.values().get(),
        [*Subscription.objects.order_by("pk").values()],
    )


@pytest.mark.parametrize("token", ["", "AAAAAAAAAAAAAAAAAAAAAA", "no token at all"])
def test_nothing_is_confirmed_by_a_token_of_nobody(token: str, topics: list[Topic]) -> None:
    sign_up(topics)
    assert lifecycle.confirm(token, NOW) is None
    assert reader_of().state == "pending"


def test_a_letter_that_was_never_posted_confirms_nothing(topics: list[Topic]) -> None:
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert lifecycle.confirm(tokens.derive("confirm", Letter.objects.get().pk), NOW) is None


def test_a_confirmation_holds_for_seven_days(topics: list[Topic]) -> None:
    token = sign_up(topics)
    assert lifecycle.awaiting(token, NOW + 7 * DAY - HOUR) == reader_of()
    assert lifecycle.awaiting(token, NOW + 7 * DAY) is None
    assert lifecycle.confirm(token, NOW + 7 * DAY) is None
    assert reader_of().state == "pending"


def test_each_of_several_letters_confirms(topics: list[Topic]) -> None:
    first, second = sign_up(topics), sign_up(topics, NOW + DAY)
    assert first != second
    assert lifecycle.confirm(first, NOW + DAY) == lifecycle.confirm(second, NOW + DAY)


def test_who_left_is_not_brought_back_by_her_old_letter(topics: list[Topic]) -> None:
    token = sign_up(topics)
    lifecycle.unsubscribe(reader_of(), NOW)
    assert lifecycle.confirm(token, NOW) is None
    assert reader_of().state == "unsubscribed"


def test_her_personal_links_confirm_nothing(topics: list[Topic]) -> None:
    sign_up(topics)
    reader = reader_of()
    assert lifecycle.confirm(reader.preferences_token, NOW) is None
    assert lifecycle.confirm(reader.unsubscribe_token, NOW) is None


def test_a_suppressed_reader_may_confirm_and_is_still_not_written_to(topics: list[Topic]) -> None:
    token = sign_up(topics)
    lifecycle.suppress(ADA, Reason.BOUNCED, NOW)
    reader = lifecycle.confirm(token, NOW)
    assert reader
    assert not is_mailable(reader)


# --- pause, resume, wake ------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
def test_a_pause_ends_when_she_says(state: str) -> None:
    reader = make.subscriber(state)
    assert lifecycle.pause(reader, NOW + 9 * DAY)
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("paused", NOW + 9 * DAY)
    assert reader.next_due_at is None
    assert not is_mailable(reader)


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_who_does_not_read_cannot_pause(state: str) -> None:
    reader = make.subscriber(state)
    assert not lifecycle.pause(reader, NOW + DAY)
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == (state, None)


def test_who_resumes_is_due_on_her_next_morning_and_keeps_her_topics(topics: list[Topic]) -> None:
    reader = make.subscriber(State.PAUSED, hour=18)
    make.subscription(subscriber=reader, topic=topics[0])
    for _ in range(2):
        lifecycle.resume(reader, NOW + 5 * HOUR)
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == ("active", None)
    assert reader.next_due_at == dt.datetime(2026, 3, 16, 18, tzinfo=dt.UTC)
    assert sinces(reader) == {topics[0]: make.DATE}


@pytest.mark.parametrize("state", [State.PENDING, State.ACTIVE, State.UNSUBSCRIBED])
def test_who_is_not_paused_cannot_resume(state: str) -> None:
    reader = make.subscriber(state)
    before = Subscriber.objects.values().get()
    lifecycle.resume(reader, NOW)
    assert Subscriber.objects.values().get() == before == before | {"id": reader.pk}


def test_only_whose_pause_is_over_is_woken() -> None:
    over = [make.subscriber(State.PAUSED, paused_until=NOW - age * DAY) for age in range(2)]
    still = make.subscriber(State.PAUSED, paused_until=NOW + HOUR)
    make.subscriber(State.ACTIVE)
    assert lifecycle.wake(NOW) == 2
    assert all(is_mailable(reader) for reader in over)
    assert not is_mailable(still)
    assert lifecycle.wake(NOW) == 0


@pytest.mark.parametrize("hour", [0, 7])
def test_who_is_woken_late_misses_no_morning_after_her_pause(hour: int) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    reader = make.subscriber(State.PAUSED, paused_until=midnight, hour=hour)
    lifecycle.wake(NOW)
    reader.refresh_from_db()
    assert reader.next_due_at == midnight.replace(hour=hour)
    assert [*Subscriber.objects.due(NOW)] == [reader]


# --- unsubscribe, suppress, erase, forget -------------------------------------------------------


@EVERY_STATE
def test_who_unsubscribes_is_sent_nothing_more(state: str) -> None:
    reader = make.subscriber(state, unsubscribed_at=None)
    lifecycle.unsubscribe(reader, NOW + HOUR)
    reader.refresh_from_db()
    assert (reader.state, reader.next_due_at) == ("unsubscribed", None)
    assert not is_mailable(reader)


def test_to_unsubscribe_again_changes_nothing() -> None:
    reader = make.subscriber()
    lifecycle.unsubscribe(reader, NOW)
    lifecycle.unsubscribe(reader, NOW + DAY)
    reader.refresh_from_db()
    assert reader.unsubscribed_at == NOW


def test_mail_that_is_queued_is_for_nobody_once_she_left() -> None:
    delivery = make.delivery()
    assert delivery.subscriber
    assert not Delivery.objects.to_nobody().exists()
    lifecycle.unsubscribe(delivery.subscriber, NOW)
    assert [*Delivery.objects.to_nobody()] == [delivery]


def test_a_suppressed_address_is_not_mailable_and_its_first_reason_stays() -> None:
    reader = make.subscriber(email=ADA)
    lifecycle.suppress("Ada@EXAMPLE.org", Reason.BOUNCED, NOW)
    lifecycle.suppress(ADA, Reason.OPERATOR, NOW + DAY)
    suppression = Suppression.objects.get()
    assert (suppression.reason, suppression.created_at) == ("bounced", NOW)
    assert not is_mailable(reader)
    assert [*Subscriber.objects.suppressed()] == [reader]


def test_the_address_itself_is_not_in_its_suppression() -> None:
    lifecycle.suppress(ADA, Reason.BOUNCED, NOW)
    fingerprint = bytes(Suppression.objects.get().fingerprint)
    assert fingerprint == addresses.fingerprint(ADA)
    assert b"ada" not in fingerprint


def test_of_who_is_erased_a_suppression_stays_and_deliveries_of_nobody(topics: list[Topic]) -> None:
    reader = make.subscriber(email=ADA)
    make.subscription(subscriber=reader)
    make.letter(subscriber=reader)
    delivery = make.delivery(Delivery.State.SENT, subscriber=reader)
    lifecycle.suppress(ADA, Reason.COMPLAINED, NOW)
    lifecycle.erase(reader)
    assert not any(model.objects.exists() for model in (Subscriber, Subscription, Letter))
    delivery.refresh_from_db()
    assert (delivery.subscriber, delivery.state) == (None, "sent")
    assert Suppression.objects.get().reason == "complained"


def test_who_was_paused_when_she_left_is_paused_when_she_takes_it_back() -> None:
    until = make.NOW + 60 * make.ONE_DAY
    ada = make.subscriber(make.Reader.PAUSED, paused_until=until)
    lifecycle.unsubscribe(ada, make.NOW)
    assert lifecycle.come_back(ada, make.NOW)
    ada = Subscriber.objects.get(pk=ada.pk)
    assert (ada.state, ada.paused_until, ada.next_due_at) == (make.Reader.PAUSED, until, None)


def test_who_is_erased_may_come_back_unless_suppressed(topics: list[Topic]) -> None:
    lifecycle.erase(make.subscriber(email=ADA))
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert asked(Kind.CONFIRM) == 1
    lifecycle.suppress(ADA, Reason.COMPLAINED, NOW)
    lifecycle.erase(reader_of())
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert asked(Kind.CONFIRM) == 0


def test_who_never_confirms_is_forgotten_after_two_weeks(topics: list[Topic]) -> None:
    lifecycle.subscribe(ADA, Choice(topics), NOW)
    assert lifecycle.forget_unconfirmed(NOW + 14 * DAY) == 0
    assert lifecycle.forget_unconfirmed(NOW + 14 * DAY + HOUR) > 0
    assert not Subscriber.objects.exists()
    assert not Letter.objects.exists()


def test_whose_letter_still_holds_is_not_forgotten(topics: list[Topic]) -> None:
    sign_up(topics)
    token = sign_up(topics, NOW + 13 * DAY)
    assert lifecycle.forget_unconfirmed(NOW + 19 * DAY) == 0
    assert lifecycle.confirm(token, NOW + 19 * DAY) == reader_of()


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED, State.UNSUBSCRIBED])
def test_nobody_else_is_forgotten(state: str) -> None:
    make.subscriber(state, created_at=NOW - 400 * DAY)
    assert lifecycle.forget_unconfirmed(NOW) == 0


# --- at the same time ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_new_address_that_is_typed_twice_at_once_is_one_reader() -> None:
    topic = make.topic()
    spellings = ("ada@example.org", "ADA@example.org", "Ada@example.org", "aDa@example.org")
    acts = [
        lambda typed=typed: lifecycle.subscribe(typed, Choice([topic]), NOW) for typed in spellings
    ]
    assert at_once(*acts) == []
    reader = Subscriber.objects.get()
    assert (reader.subscriptions.count(), reader.letters.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_who_is_typed_in_several_times_at_once_gets_one_letter(state: str) -> None:
    make.subscriber(state, email=ADA)
    choices = [make.topic() for _ in range(4)]
    acts = [lambda topic=topic: lifecycle.subscribe(ADA, Choice([topic]), NOW) for topic in choices]
    assert at_once(*acts) == []
    assert asked(Kind.CONFIRM) == Subscription.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_links_that_are_asked_for_at_once_are_one_letter() -> None:
    make.subscriber(email=ADA)
    assert at_once(*[lambda: lifecycle.request_link(ADA, NOW)] * 4) == []
    assert asked(Kind.LINK) == 1


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_she_confirms_is_not_kept() -> None:
    lifecycle.subscribe(ADA, Choice([make.topic()]), NOW)
    token = token_of(Letter.objects.get())
    with transaction.atomic():
        lifecycle.unsubscribe(reader_of(), NOW)
        # It finds her pending, and then has to wait for her row.
        confirming = begin(lambda: lifecycle.confirm(token, NOW))
    confirming.join(10)
    assert reader_of().state == "unsubscribed"


@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_a_worker_composes_for_her_is_erased() -> None:
    reader, raised = make.subscriber(), list[BaseException]()

    def erase() -> None:
        raised.extend(at_once(lambda: lifecycle.erase(Subscriber.objects.get())))

    with transaction.atomic():
        Subscriber.objects.select_for_update().get()
        erasing = begin(erase)  # it has to wait for her row
        make.delivery(subscriber=reader)
    erasing.join(10)
    assert raised == []
    assert Delivery.objects.get().subscriber is None


# --- what the database itself refuses -----------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("subscriber_address_is_unique", {"email": "ADA@example.org", "fingerprint": b"x"}),
        ("subscriber_choices_are_in_range", {"hour": 24}),
        ("subscriber_choices_are_in_range", {"days": 0}),
        ("subscriber_choices_are_in_range", {"days": 128}),
        ("subscriber_choices_are_in_range", {"max_papers": 0}),
        ("subscriber_choices_are_in_range", {"max_papers": 31}),
        ("only_weekly_readers_hear_of_silence", {"hears_of_silence": True}),
        ("only_weekly_readers_hear_of_silence", {"hears_of_silence": True, "days": 0b11}),
    ],
)
def test_the_database_holds_the_rule(constraint: str, fields: dict[str, Any]) -> None:
    make.subscriber(email=ADA)
    with pytest.raises(IntegrityError, match=constraint):
        make.subscriber(**fields)


def test_a_topic_is_followed_once(topics: list[Topic]) -> None:
    reader = make.subscriber()
    make.subscription(subscriber=reader, topic=topics[0])
    with pytest.raises(IntegrityError, match="subscriber_follows_a_topic_once"):
        make.subscription(subscriber=reader, topic=topics[0])
