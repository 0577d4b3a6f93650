"""Moving to another address: asked for at home, confirmed in the new mailbox, told to nobody."""

import datetime as dt
import re
from typing import Any

import factories as make
import pytest
from beside import at_once
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import (
    DjangoAssertNumQueries,
    DjangoCaptureOnCommitCallbacks,
    Settings,
)

from newsletter.models import Delivery
from subscribers import addresses, bell, letters, lifecycle, moving, tokens
from subscribers.models import Letter, Subscriber, Suppression

pytestmark = pytest.mark.django_db
State, Reason = Subscriber.State, Suppression.Reason
DAY, MINUTE = make.ONE_DAY, dt.timedelta(minutes=1)
OLD, NEW = "ada@example.org", "ada@new.example"
LINK = re.compile(r"/move/([\w-]{22})")
LINKS = ("preferences_token", "unsubscribe_token")
KNOWN = ("active", "paused", "pending", "unsubscribed", "suppressed", "unknown")


@pytest.fixture
def ada() -> Subscriber:
    return make.subscriber(email=OLD, created_at=timezone.now() - 99 * DAY)


def page(reader: Subscriber, name: str = "preferences") -> str:
    return reverse(name, args=[reader.preferences_token])


def know(state: str, address: str = NEW) -> Subscriber | None:
    """Let an address be known to us in one of these ways."""
    if state == "suppressed":
        make.suppression(address)
    return make.subscriber(state, email=address) if state in State.values else None


def asked(reader: Subscriber, now: dt.datetime, address: str = NEW) -> str:
    """Ask, have the letter posted, and return the token in it; "" where none was posted."""
    mail.outbox.clear()
    moving.ask(reader, address, now)
    letters.post_waiting(now)
    return LINK.findall(str(mail.outbox[0].body))[0] if mail.outbox else ""


def arrive(client: Client, token: str, method: str = "post") -> Any:
    return getattr(client, method)(reverse("arrive", args=[token]))


def where(reader: Subscriber) -> str:
    """Return where her mail goes, and hold its hash to it."""
    reader.refresh_from_db()
    assert bytes(reader.fingerprint) == addresses.fingerprint(reader.email)
    return reader.email


def all_of(reader: Subscriber) -> set[tuple[str, object]]:
    """Return all that her row says."""
    (values,) = Subscriber.objects.filter(pk=reader.pk).values()
    return {(name, str(value)) for name, value in values.items()}


# --- Asking -----------------------------------------------------------------------------------


def test_who_asks_is_told_and_the_new_address_gets_a_letter(
    client: Client,
    ada: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        html = client.post(page(ada, "move"), {"email": NEW}, follow=True).content.decode()
    assert "A letter is on its way" in html
    assert f"<b>{NEW}</b>" in html
    assert callbacks == [bell.ring]
    assert letters.post_waiting(timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert where(ada) == OLD


@pytest.mark.parametrize("state", KNOWN)
def test_she_learns_nothing_of_who_reads_there(client: Client, ada: Subscriber, state: str) -> None:
    other = make.subscriber(created_at=ada.created_at)
    know(state)
    answers = [
        client.post(page(reader, "move"), {"email": email}, follow=True)
        for reader, email in ((ada, NEW), (other, "eve@new.example"))
    ]
    assert len({answer.status_code for answer in answers}) == 1
    said = [re.sub(r"<input[^>]*csrf[^>]*>", "", it.content.decode()) for it in answers]
    for reader, email in ((ada, NEW), (other, "eve@new.example")):
        said = [it.replace(reader.preferences_token, "").replace(email, "") for it in said]
    assert said[0].replace(ada.email, "") == said[1].replace(other.email, "")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "enter your e-mail"), ("new", "whole e-mail address"), (OLD.upper(), "already")],
)
def test_an_address_that_cannot_be_is_explained(
    client: Client, ada: Subscriber, typed: str, said: str
) -> None:
    html = client.post(page(ada, "move"), {"email": typed}).content.decode()
    assert said in html
    assert 'aria-describedby="id_email_error"' in html
    assert not Letter.objects.exists()


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_who_does_not_read_cannot_move(client: Client, state: str) -> None:
    reader = make.subscriber(state)
    client.post(page(reader, "move"), {"email": NEW})
    assert not moving.ask(reader, NEW, make.NOW)
    assert not Letter.objects.exists()


def test_she_may_ask_three_times_a_day_and_is_told_when_it_is_too_often(
    client: Client, ada: Subscriber
) -> None:
    begin = timezone.now() - 10 * MINUTE
    answers = [moving.ask(ada, NEW, begin + wait * MINUTE) for wait in (0, 0.5, 1, 2, 3)]
    assert answers == [True, False, True, True, False]
    html = client.post(page(ada, "move"), {"email": NEW}, follow=True).content.decode()
    assert "That was too often" in html
    assert moving.ask(ada, NEW, begin + DAY + MINUTE)


def test_no_address_hears_of_it_more_than_three_times_a_fortnight(ada: Subscriber) -> None:
    readers = [ada, *[make.subscriber(created_at=ada.created_at) for _ in range(4)]]
    posted = [bool(asked(reader, make.NOW, NEW.title())) for reader in readers]
    assert posted == [True, True, True, False, False]
    assert asked(readers[-1], make.NOW + 15 * DAY)


def test_to_erase_oneself_in_between_has_no_more_letters_posted() -> None:
    posted = list[bool]()
    for number in range(5):
        stranger = make.subscriber(email=f"eve{number}@example.org", created_at=make.NOW)
        posted.append(bool(asked(stranger, make.NOW, NEW.title())))
        lifecycle.erase(stranger)
    assert posted == [True, True, True, False, False]


def test_a_suppressed_address_gets_no_letter(ada: Subscriber) -> None:
    make.suppression(NEW)
    assert not asked(ada, make.NOW)
    assert Letter.objects.get().state == Letter.State.FAILED


def test_who_cannot_be_written_to_may_move_away(client: Client, ada: Subscriber) -> None:
    make.suppression(OLD)
    arrive(client, asked(ada, timezone.now()))
    assert where(ada) == NEW
    assert Subscriber.objects.mailable().get() == ada


# --- Arriving ---------------------------------------------------------------------------------


def test_a_button_moves_her_and_all_else_stays(client: Client, ada: Subscriber) -> None:
    make.subscription(subscriber=ada)
    delivery = make.delivery(Delivery.State.SENT, subscriber=ada)
    before = all_of(ada)
    token = asked(ada, timezone.now())
    html = arrive(client, token).content.decode()
    assert "Your mail comes here now" in html
    assert "Your next mail" in html
    assert where(ada) == NEW
    assert {name for name, _ in before ^ all_of(ada)} == {"email", "fingerprint", *LINKS}
    delivery.refresh_from_db()
    assert (delivery.subscriber, ada.subscriptions.count()) == (ada, 1)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client: Client, ada: Subscriber, method: str) -> None:
    token = asked(ada, timezone.now())
    before = [*Subscriber.objects.values(), *Letter.objects.values()]
    response = arrive(client, token, method)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert [*Subscriber.objects.values(), *Letter.objects.values()] == before


def test_the_page_opens_nothing_of_hers_before_she_said_yes(
    client: Client, ada: Subscriber
) -> None:
    token = asked(ada, timezone.now())
    html = arrive(client, token, "get").content.decode()
    assert ada.preferences_token not in html
    assert "links in your older mails stop working" in html


def test_the_old_mailbox_loses_its_power_and_she_gets_the_new_link(
    client: Client, ada: Subscriber
) -> None:
    old = [page(ada), reverse("unsubscribe", args=[ada.unsubscribe_token])]
    leave = reverse("leave", args=[ada.unsubscribe_token])
    html = arrive(client, asked(ada, timezone.now())).content.decode()
    ada.refresh_from_db()
    assert f'href="{page(ada)}"' in html
    assert "older mails no longer work" in html
    assert client.get(page(ada)).status_code == 200
    answers = [*map(client.get, old), client.post(leave)]
    assert [answer.status_code for answer in answers] == [404] * 3
    for answer in answers:
        said = answer.content.decode()
        assert "before you moved to another address" in said
        assert f'href="{reverse("link")}"' in said
    assert Subscriber.objects.get().state == State.ACTIVE


def test_one_click_out_is_kept_for_mails_on_their_way_to_an_old_mailbox(
    client: Client, ada: Subscriber
) -> None:
    former = ada.unsubscribe_token
    for hours, address in ((2, "ada@between.example"), (1, NEW)):
        arrive(client, asked(ada, timezone.now() - hours * 60 * MINUTE, address))
    mail.outbox.clear()
    letters.post_waiting(timezone.now())
    url = reverse("unsubscribe", args=[former])
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).content == b"Unsubscribed.\n"
    assert Subscriber.objects.get().state == State.UNSUBSCRIBED


def test_the_one_click_of_an_old_mailbox_is_forgotten_with_its_letter(
    client: Client, ada: Subscriber
) -> None:
    former = ada.unsubscribe_token
    moved(client, ada)
    assert moving.reader_of_mail(former) == ada
    moving.forget_old(timezone.now() + 14 * DAY + MINUTE)
    assert moving.reader_of_mail(former) is None


def test_the_link_to_her_page_is_for_who_pressed_alone(client: Client, ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    pressed, *others = (
        arrive(client, token, method).content.decode() for method in ("post", "post", "get")
    )
    ada.refresh_from_db()
    assert page(ada) in pressed
    for html in others:
        assert "Your mail comes here now" in html
        assert ada.preferences_token not in html
        assert f'href="{reverse("link")}"' in html


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("state", ["active", "paused", "suppressed"])
def test_an_address_she_cannot_have_is_refused_kindly(
    client: Client, ada: Subscriber, state: str, method: str
) -> None:
    token = asked(ada, timezone.now())
    know(state)
    response = arrive(client, token, method)
    assert response.status_code == 409
    assert "Not this address" in response.content.decode()
    assert where(ada) == OLD


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_who_reads_nothing_there_gives_way(client: Client, ada: Subscriber, state: str) -> None:
    other = know(state)
    arrive(client, asked(ada, timezone.now()))
    assert where(ada) == NEW
    assert other
    assert not Subscriber.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_ran_out_says_so(client: Client, ada: Subscriber, method: str) -> None:
    token = asked(ada, timezone.now())
    Letter.objects.update(requested_at=timezone.now() - 7 * DAY)
    for stale in (token, "x" * tokens.LENGTH):
        response = arrive(client, stale, method)
        assert response.status_code == 410
        assert "run out" in response.content.decode()
    assert where(ada) == OLD


def test_of_two_letters_the_newer_one_counts(client: Client, ada: Subscriber) -> None:
    older = asked(ada, timezone.now() - 2 * MINUTE, "slip@new.example")
    newer = asked(ada, timezone.now())
    assert arrive(client, older).status_code == 410
    arrive(client, newer)
    assert where(ada) == NEW
    assert arrive(client, older).status_code == 410


def test_an_older_letter_that_has_not_left_yet_stays_here(ada: Subscriber) -> None:
    moving.ask(ada, "slip@new.example", timezone.now() - 2 * MINUTE)
    assert asked(ada, timezone.now())
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_a_letter_that_is_replaced_while_its_link_is_open_moves_nobody(ada: Subscriber) -> None:
    begin = timezone.now() - 2 * MINUTE
    older = moving.awaiting(asked(ada, begin, "slip@new.example"), timezone.now())
    moving.ask(ada, NEW, timezone.now())
    assert older
    assert not moving.move(older, timezone.now())
    assert where(ada) == OLD


def test_a_link_from_before_she_left_does_not_move_who_signed_up_anew(
    client: Client, ada: Subscriber
) -> None:
    token = asked(ada, timezone.now() - 2 * MINUTE)
    ada.created_at = timezone.now() - MINUTE
    ada.save()
    assert arrive(client, token).status_code == 410


# --- Taking it back ---------------------------------------------------------------------------


def test_a_button_takes_it_back(client: Client, ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    assert page(ada, "stay") in client.get(page(ada)).content.decode()
    html = client.post(page(ada, "stay"), follow=True).content.decode()
    assert "Taken back." in html
    assert NEW not in html
    assert page(ada, "stay") not in html
    assert arrive(client, token).status_code == 410
    assert where(ada) == OLD


def test_only_a_button_on_her_page_takes_it_back(client: Client, ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    assert client.get(page(ada, "stay"))["Location"] == page(ada)
    assert Client(enforce_csrf_checks=True).post(page(ada, "stay")).status_code == 403
    assert arrive(client, token).status_code == 200


@pytest.mark.parametrize("state", KNOWN)
def test_what_is_taken_back_looks_the_same_whoever_reads_there(
    client: Client, ada: Subscriber, state: str
) -> None:
    know(state)
    asked(ada, timezone.now())
    assert NEW in client.get(page(ada)).content.decode()
    moving.take_back(ada)
    assert NEW not in client.get(page(ada)).content.decode()


def test_a_letter_that_is_being_posted_as_she_takes_it_back_opens_nothing(
    client: Client, ada: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = EmailMultiAlternatives.send

    def meanwhile(message: EmailMultiAlternatives) -> int:
        moving.take_back(ada)
        return send(message)

    monkeypatch.setattr(EmailMultiAlternatives, "send", meanwhile)
    assert arrive(client, asked(ada, timezone.now())).status_code == 410
    assert NEW not in client.get(page(ada)).content.decode()


def test_to_take_letters_back_posts_no_more_of_them(ada: Subscriber) -> None:
    begin = timezone.now() - 2 * DAY
    posted = list[bool]()
    for day in range(2):
        for wait in range(0, 8, 2):
            posted.append(bool(asked(ada, begin + day * 1.1 * DAY + wait * MINUTE)))
            moving.take_back(ada)
    assert posted == [True, True, True, False, False, False, False, False]


def test_the_link_of_who_left_meanwhile_moves_nobody(client: Client, ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    lifecycle.unsubscribe(ada, timezone.now())
    assert arrive(client, token).status_code == 410
    assert where(ada) == OLD


def test_no_other_token_of_hers_moves_her(client: Client, ada: Subscriber) -> None:
    moving.ask(ada, NEW, timezone.now())
    letter = Letter.objects.get()
    for token in (ada.preferences_token, tokens.derive("confirm", letter.pk)):
        assert arrive(client, token).status_code == 410
    assert lifecycle.confirm(tokens.derive("move", letter.pk), timezone.now()) is None
    assert where(ada) == OLD


def test_the_button_cannot_be_pressed_from_another_site(ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    assert arrive(Client(enforce_csrf_checks=True), token).status_code == 403
    assert where(ada) == OLD


@pytest.mark.parametrize(("method", "queries"), [("get", 3), ("post", 13)])
def test_arriving_takes_few_queries(
    client: Client,
    ada: Subscriber,
    method: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    token = asked(ada, timezone.now())
    with django_assert_num_queries(queries):
        arrive(client, token, method)


# --- What the old mailbox hears -----------------------------------------------------------------


def moved(client: Client, reader: Subscriber, now: dt.datetime | None = None) -> None:
    """Move her, and have the letters posted that this causes."""
    arrive(client, asked(reader, now or timezone.now()))
    mail.outbox.clear()
    letters.post_waiting(timezone.now() + MINUTE)


def test_the_old_address_is_told_once(
    client: Client,
    ada: Subscriber,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    token = asked(ada, timezone.now())
    with django_capture_on_commit_callbacks() as callbacks:
        arrive(client, token)
    assert callbacks == [bell.ring]
    arrive(client, token)
    mail.outbox.clear()
    assert letters.post_waiting(timezone.now()) == 1
    assert [message.to for message in mail.outbox] == [[OLD]]
    assert mail.outbox[0].subject == "Your Paperboy mail goes to another address now"


@pytest.mark.parametrize("contact", ["", "desk@example.org"])
def test_it_says_what_to_do_and_opens_nothing_of_hers(
    client: Client, ada: Subscriber, settings: Settings, contact: str
) -> None:
    settings.CONTACT_EMAIL = contact
    secrets = {getattr(ada, name) for name in LINKS}
    moved(client, ada)
    ada.refresh_from_db()
    [message] = mail.outbox
    said = message.message().as_string()
    secrets |= {getattr(ada, name) for name in LINKS}
    assert not [secret for secret in (*secrets, NEW, "/me/", "/u/", "/move/") if secret in said]
    assert "sign up again with this address" in " ".join(str(message.body).split())
    assert ("answer this mail" in str(message.body)) == bool(contact)
    assert message.reply_to == ([contact] if contact else [])


def test_an_old_address_that_must_not_be_written_to_is_not(client: Client, ada: Subscriber) -> None:
    make.suppression(OLD)
    moved(client, ada)
    assert mail.outbox == []
    assert where(ada) == NEW


def test_who_moves_a_reader_away_and_unsubscribes_her_does_not_keep_it_from_her(
    client: Client, ada: Subscriber
) -> None:
    arrive(client, asked(ada, timezone.now()))
    lifecycle.unsubscribe(ada, timezone.now())
    mail.outbox.clear()
    letters.post_waiting(timezone.now())
    assert [message.to for message in mail.outbox] == [[OLD]]


def test_a_move_that_is_refused_is_told_to_nobody(client: Client, ada: Subscriber) -> None:
    token = asked(ada, timezone.now())
    know("active")
    arrive(client, token)
    assert not Letter.objects.filter(kind=Letter.Kind.MOVED).exists()


def test_the_old_address_is_forgotten_with_its_letter(client: Client, ada: Subscriber) -> None:
    moved(client, ada)
    ada.refresh_from_db()
    assert {it.address for it in moving.mailboxes([ada]).values()} == {OLD, NEW}
    assert moving.forget_old(timezone.now() + 14 * DAY + MINUTE) == 2
    assert not Letter.objects.filter(address=OLD).exists()
    assert {it.address for it in moving.mailboxes([ada]).values()} == {NEW}


# --- At the same time, and afterwards ---------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_to_one_address_at_once_one_does() -> None:
    readers = [make.subscriber() for _ in range(3)]
    waiting = [make.letter(kind="move", subscriber=it, address=NEW) for it in readers]
    moved = list[bool]()
    assert at_once(*[lambda it=it: moved.append(moving.move(it, make.NOW)) for it in waiting]) == []
    assert sorted(moved) == [False, False, True]
    assert Subscriber.objects.filter(email=NEW).count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_presses_twice_at_once_gets_one_pair_of_links() -> None:
    letter = make.letter(kind="move", address=NEW)
    links = list[str]()

    def press() -> None:
        assert moving.move(letter, make.NOW)
        links.append(Subscriber.objects.get().preferences_token)

    assert at_once(press, press) == []
    assert links[0] == links[1] != letter.subscriber.preferences_token


@pytest.mark.django_db(transaction=True)
def test_two_who_would_change_places_wait_for_nobody() -> None:
    one, two = make.subscriber(), make.subscriber()
    pairs = [
        make.letter(kind="move", subscriber=it, address=other.email)
        for it, other in ((one, two), (two, one))
    ]
    assert at_once(*[lambda it=it: moving.move(it, make.NOW) for it in pairs]) == []
    assert where(one) != where(two)


def test_letters_that_count_for_nothing_any_more_are_forgotten(ada: Subscriber) -> None:
    asked(ada, make.NOW)
    assert moving.forget_old(make.NOW + 14 * DAY) == 0
    assert moving.forget_old(make.NOW + 14 * DAY + MINUTE) == 1
    assert not Letter.objects.exists()


def test_whose_yes_is_awaited_stands_on_her_page_until_she_moved(
    client: Client, ada: Subscriber
) -> None:
    token = asked(ada, timezone.now())
    html = client.get(page(ada)).content.decode()
    assert f"<b>{NEW}</b> for a yes" in html
    assert "If none comes by tomorrow" in html
    arrive(client, token)
    ada.refresh_from_db()
    html = client.get(page(ada)).content.decode()
    assert "for a yes" not in html
    assert "If none comes by tomorrow" not in html
    assert f"Your mail goes to <b>{NEW}</b>" in html
