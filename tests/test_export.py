"""What a reader takes with her: all that is stored of her, and nothing that opens her pages."""

import json
from typing import Any

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Delivery
from newsletter.pages import export
from subscribers.models import Feedback, Subscriber

pytestmark = pytest.mark.django_db
Post = Delivery.State


@pytest.fixture
def ada() -> Subscriber:
    """Give a reader who has done all that leaves something behind."""
    ada = make.subscriber(email="ada@example.org", time_zone="Europe/Berlin", days=0b100)
    make.subscription(subscriber=ada, topic=make.own_topic("flow matching"))
    make.subscription(subscriber=ada, topic=make.own_topic("cats"), excludes=True)
    make.letter(subscriber=ada)
    make.letter(subscriber=ada, kind="move", address="ada@new.example")
    owls = make.paper(title=r"Owls & \alpha", url="https://example.org/owls")
    said = Feedback(subscriber=ada, paper=owls, verdict="more", given_at=make.NOW)
    said.save()
    sent = make.delivery(Post.SENT, subscriber=ada, edition=make.edition(owls), message_id="<1@x>")
    make.event(delivery=sent, kind="bounced")
    make.delivery(Post.SKIPPED, subscriber=ada, date=make.DATE + make.ONE_DAY)
    return ada


def fetch(client: Client, reader: Subscriber) -> Any:
    return client.get(reverse("export", args=[reader.preferences_token]))


def taken(client: Client, reader: Subscriber) -> Any:
    return json.loads(fetch(client, reader).getvalue())


def test_all_that_is_stored_of_her_is_in_it(client: Client, ada: Subscriber) -> None:
    file = taken(client, ada)
    assert file["reader"]["email"] == "ada@example.org"
    assert (file["choices"]["time_zone"], file["choices"]["days"]) == (
        "Europe/Berlin",
        ["Wednesday"],
    )
    assert [(it["name"], it["excludes"]) for it in file["follows"]] == [
        ("flow matching", False),
        ("cats", True),
    ]
    assert [(it["kind"], it["address"]) for it in file["letters"]] == [
        ("link", ""),
        ("move", "ada@new.example"),
    ]
    assert file["letters"][0]["state"] == "waiting"
    assert file["feedback"][0]["verdict"] == "more"
    assert file["suppressed"] is None


def test_each_morning_is_there_with_what_it_brought(client: Client, ada: Subscriber) -> None:
    sent, skipped = taken(client, ada)["deliveries"]
    assert (sent["date"], sent["state"], sent["message_id"]) == ("2026-03-16", "sent", "<1@x>")
    assert sent["papers"] == [{"title": "Owls & \u03b1", "link": "https://example.org/owls"}]
    assert [notice["kind"] for notice in sent["told"]] == ["bounced"]
    assert (skipped["state"], skipped["papers"]) == ("skipped", [])


def test_it_does_not_tell_whether_the_address_she_wants_may_be_written_to(
    client: Client, ada: Subscriber
) -> None:
    move = {"kind": "move", "address": "ada@new.example", "requested_at": "2026-03-16T07:30:00Z"}
    assert taken(client, ada)["letters"][1] == move


def test_a_suppression_of_her_address_is_told(client: Client, ada: Subscriber) -> None:
    make.suppression(ada.email)
    assert taken(client, ada)["suppressed"]["reason"] == "bounced"


def test_nothing_in_it_opens_her_pages(client: Client, ada: Subscriber) -> None:
    text = fetch(client, ada).getvalue().decode()
    for secret in (ada.preferences_token, ada.unsubscribe_token, bytes(ada.fingerprint).hex()):
        assert secret not in text


def test_nobody_elses_rows_are_in_it(client: Client, ada: Subscriber) -> None:
    other = make.subscriber()
    make.letter(subscriber=other)
    make.delivery(Post.SENT, subscriber=other)
    file = taken(client, make.subscriber())
    assert [file[name] for name in ("follows", "letters", "feedback", "deliveries")] == [[]] * 4


def test_it_is_a_file_that_no_cache_keeps(client: Client, ada: Subscriber) -> None:
    response = fetch(client, ada)
    assert response["Content-Type"] == "application/json"
    today = timezone.now().date()
    assert response["Content-Disposition"] == f'attachment; filename="paperboy-{today}.json"'
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("state", Subscriber.State.values)
def test_whoever_is_known_may_have_it(client: Client, state: str) -> None:
    reader = make.subscriber(state)
    assert taken(client, reader)["reader"]["state"] == state


def test_years_of_mornings_are_read_in_batches(
    client: Client,
    ada: Subscriber,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in range(2, 7):
        date = make.DATE + day * make.ONE_DAY
        make.delivery(Post.SENT, subscriber=ada, date=date)
    with django_assert_num_queries(8):
        fetch(client, ada).getvalue()
    monkeypatch.setattr(export, "BATCH", 3)
    with django_assert_num_queries(12):
        dates = [it["date"] for it in taken(client, ada)["deliveries"]]
    assert dates == sorted(dates)
    assert len(dates) == 7
