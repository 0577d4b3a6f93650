"""The door: who may tell what became of mails, what is kept of it, and what is answered."""

import base64
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st
from payloads import EVERY_NEWS, LOGIN, SIGNING_KEY, WHEN, WORDS, credentials, notice
from pytest_django import DjangoAssertNumQueries, Settings

from config.webhooks import SIGNING_KEYS, proof
from newsletter.models import Event
from subscribers import addresses

pytestmark = pytest.mark.django_db
every_provider = pytest.mark.parametrize("provider", WORDS)
JSON = "application/json"
Hear = Callable[..., None]


def heard(provider: str, *logins: str) -> dict[str, Any]:
    """Return the settings with which a provider is heard, by its signature or by `logins`."""
    known = () if provider in SIGNING_KEYS else (LOGIN,)
    return {"WEBHOOKS_FROM": provider, "ANYMAIL": proof(provider, logins or known, SIGNING_KEY)}


@pytest.fixture
def hear(settings: Settings) -> Callable[..., None]:
    """Give a way to say which provider is heard."""

    def set_(*how: str) -> None:
        for name, value in heard(*how).items():
            setattr(settings, name, value)

    return set_


def door(provider: str) -> str:
    return f"/anymail/{provider}/tracking/"


def tell(provider: str, *notices: Any, number: int = 1) -> int:
    """Post notices as the provider does, and return the status of the answer."""
    said = [*notices] if provider == "sparkpost" else notices[0]
    body = said if isinstance(said, str) else json.dumps(said)
    headers = credentials(provider, body, number=number)
    client = Client(enforce_csrf_checks=True, headers=headers)
    with override_settings(**heard(provider)):
        return client.post(door(provider), body, content_type=JSON).status_code


@pytest.mark.parametrize(("provider", "news"), EVERY_NEWS)
def test_each_providers_news_are_kept_in_the_same_words(provider: str, news: str) -> None:
    assert tell(provider, notice(provider, news)) == 200
    if news == "opened":
        assert not Event.objects.exists()
        return
    event = Event.objects.get()
    assert event.kind == ("bounced" if news == "gone" else news)
    assert event.is_bad_address == (news == "gone")
    assert event.provider.lower() == provider
    assert event.delivery_id == 7
    assert bytes(event.recipient or b"") == addresses.fingerprint("ada@example.org")
    assert abs((event.happened_at - WHEN).total_seconds()) < 1
    assert event.applied_at is None


@pytest.mark.parametrize(("provider", "news"), EVERY_NEWS)
def test_nothing_that_tells_of_a_person_is_kept(provider: str, news: str) -> None:
    tell(provider, notice(provider, news))
    for raw in Event.objects.values_list("raw", flat=True):
        kept = json.dumps(raw)
        assert not any(
            word in kept for word in ("@", "ada.", "Diffusion", "https", "jZ3xYt0aQpLw8")
        )


def test_the_providers_own_codes_are_kept() -> None:
    tell("sparkpost", notice("sparkpost", "gone"))
    raw = Event.objects.get().raw["msys"]["message_event"]
    assert (raw["type"], raw["bounce_class"]) == ("bounce", "10")


@every_provider
def test_a_notice_that_comes_three_times_is_kept_once(provider: str) -> None:
    for _ in range(3):
        assert tell(provider, notice(provider, "delivered")) == 200
    assert Event.objects.count() == 1


@every_provider
def test_two_notices_are_two(provider: str) -> None:
    for number in (1, 2):
        told = notice(provider, "complained", number=number)
        tell(provider, told, number=number)
    assert Event.objects.count() == 2


@every_provider
def test_keeping_costs_one_query(
    provider: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        tell(provider, notice(provider, "gone"))


def test_a_list_costs_no_more_and_is_kept_whole(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    told = [notice("sparkpost", "delivered", number=number % 300) for number in range(350)]
    with django_assert_num_queries(1):
        assert tell("sparkpost", *told) == 200
    assert Event.objects.count() == 300


@pytest.mark.parametrize("provider", ["brevo", "sparkpost"])
def test_a_notice_of_a_list_that_cannot_be_read_takes_no_other_with_it(provider: str) -> None:
    good = [notice(provider, "delivered", number=number) for number in (1, 2)]
    told = [good[0], None, {"msys": {"a": 1, "b": 2}}, {"event": []}, 7, good[1]]
    assert tell(provider, *(told if provider == "sparkpost" else [told])) == 200
    assert Event.objects.count() == 2


@every_provider
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic bm9ib2R5OmtleQ=="}])
def test_who_cannot_prove_who_she_is_is_not_heard(
    provider: str, headers: dict[str, str], hear: Hear, client: Client
) -> None:
    hear(provider)
    told = notice(provider, "gone")
    if provider == "mailgun":
        told["signature"]["signature"] = "0" * 64
    answer = client.post(door(provider), told, content_type=JSON, headers=headers)
    assert answer.status_code == 400
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("[]", {}),
        ('{"signature": {"token": "é", "timestamp": [], "signature": 1}}', {}),
        ("{}", {"svix-id": "a", "svix-timestamp": "never", "svix-signature": "v1"}),
        ("{}", {"svix-id": "a", "svix-timestamp": "9" * 99, "svix-signature": "v1,a"}),
        ("\udcff", {"svix-id": "a", "svix-timestamp": "1", "svix-signature": "v1,!"}),
    ],
)
@pytest.mark.parametrize("provider", ["mailgun", "resend"])
def test_a_signature_that_cannot_be_read_is_a_wrong_one(
    provider: str, body: str, headers: dict[str, str], hear: Hear, client: Client
) -> None:
    hear(provider)
    content = body.encode(errors="surrogateescape")
    answer = client.post(door(provider), content, content_type=JSON, headers=headers)
    assert answer.status_code == 400


def test_two_logins_hold_while_one_replaces_the_other(hear: Hear, client: Client) -> None:
    hear("postmark", "paperboy:the-new-one", LOGIN)
    told, headers = notice("postmark", "delivered"), credentials("postmark", "")
    answer = client.post(door("postmark"), told, content_type=JSON, headers=headers)
    assert answer.status_code == 200


def test_who_signs_logs_in_besides_where_there_is_a_login(hear: Hear, client: Client) -> None:
    hear("mailgun", LOGIN)
    told = notice("mailgun", "delivered")
    assert client.post(door("mailgun"), told, content_type=JSON).status_code == 400
    login = "Basic " + base64.b64encode(LOGIN.encode()).decode()
    headers = {"Authorization": login}
    answer = client.post(door("mailgun"), told, content_type=JSON, headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("other", ["", "resend"])
def test_there_is_no_door_but_that_of_the_provider_that_is_heard(
    other: str, settings: Settings, client: Client
) -> None:
    settings.WEBHOOKS_FROM = other
    headers = credentials("postmark", "")
    answer = client.post(door("postmark"), "{}", content_type=JSON, headers=headers)
    assert answer.status_code == 404


@every_provider
def test_nothing_but_a_post_is_listened_to(provider: str, hear: Hear, client: Client) -> None:
    hear(provider)
    for method in (client.get, client.put, client.delete, client.patch):
        assert method(door(provider)).status_code == 405
    assert client.head(door(provider)).status_code == 200  # some providers knock before they tell


def test_a_missing_slash_redirects_nobody(hear: Hear, client: Client) -> None:
    hear("postmark")
    told, headers = notice("postmark", "delivered"), credentials("postmark", "")
    address = door("postmark").rstrip("/")
    answer = client.post(address, told, content_type=JSON, headers=headers)
    assert answer.status_code == 200
    assert Event.objects.exists()


UNREADABLE = ["", "no JSON", "[", "null", "[]", "7", '"ada@example.org"', "{}", "[null]", "NaN"]


@pytest.mark.parametrize("body", [*UNREADABLE, "[" * 100_000])
@pytest.mark.parametrize("provider", ["brevo", "postmark", "resend", "sparkpost"])
def test_what_can_never_be_read_is_answered_and_forgotten(
    provider: str, body: str, hear: Hear, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    hear(provider)
    headers = credentials(provider, body)
    answer = Client(headers=headers).post(door(provider), body, content_type=JSON)
    assert answer.status_code == 200
    assert not Event.objects.exists()
    assert "ada" not in caplog.text


def test_that_something_was_lost_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    tell("postmark", "{")
    assert caplog.messages == ["A notice of Postmark cannot be read: JSONDecodeError"]


@every_provider
def test_too_long_a_story_is_not_read(provider: str, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert tell(provider, notice(provider, "gone", words="no " * 500)) == 400
    assert not Event.objects.exists()


ODD = {
    "no number": "seven",
    "too long": "9" * 30,
    "negative": "-7",
    "of another script": "\u0667",
    "a list": [7],
    "nothing": None,
}


@pytest.mark.parametrize("number", ODD.values(), ids=ODD)
def test_a_mail_that_is_marked_with_no_delivery_is_of_none(number: Any) -> None:
    told = notice("postmark", "complained") | {"Metadata": {"delivery": number}}
    assert tell("postmark", told) == 200
    assert Event.objects.get().delivery_id is None


@pytest.mark.parametrize(
    ("words", "is_bad"),
    [
        ("smtp;550 5.1.1 no such user", True),
        ("smtp;554 5.7.1 we do not like your network", False),
        ("smtp;550 15.7.10.2 is who told us: no such user", True),
    ],
)
def test_a_mailbox_that_refuses_us_for_what_we_are_is_not_gone(
    words: str,
    is_bad: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    tell("postmark", notice("postmark", "gone", words=words))
    assert Event.objects.get().is_bad_address == is_bad


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-03-16T07:31:02", "soon"]
)
def test_a_time_that_cannot_be_is_that_of_the_notice(said: str) -> None:
    tell("postmark", notice("postmark", "delivered") | {"DeliveredAt": said})
    event = Event.objects.get()
    assert event.happened_at == event.received_at


def test_a_very_long_notice_is_kept_without_its_codes() -> None:
    told = notice("postmark", "gone") | {"Codes": [*range(5000)]}
    tell("postmark", told)
    assert Event.objects.get().raw == {}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize("provider", ["brevo", "postmark", "sparkpost"])
@given(data=st.data())
@settings(max_examples=60)
def test_whatever_stands_where_words_are_expected_is_answered(
    provider: str, data: st.DataObject
) -> None:
    news = data.draw(st.sampled_from(sorted(WORDS[provider])))
    told = notice(provider, news)
    inner = told["msys"].popitem()[1] if provider == "sparkpost" else told
    for name in data.draw(st.sets(st.sampled_from(sorted(inner)), max_size=3)):
        inner[name] = data.draw(ANYTHING)
    told = [{"msys": {"message_event": inner}}] if provider == "sparkpost" else told
    assert tell(provider, json.dumps(told)) == 200
