"""Letters: what a reader asked for arrives, and nothing that she did not ask for."""

import datetime as dt
import re
import smtplib
import threading
from collections.abc import Callable

import factories as make
import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction

from subscribers import letters, lifecycle, tasks, tokens
from subscribers.models import Letter, Subscriber, Suppression

pytestmark = pytest.mark.django_db
NOW, ADA = make.NOW, "ada@example.org"
State, Kind = Letter.State, Letter.Kind
TRANSIENT = [
    smtplib.SMTPRecipientsRefused({ADA: (450, f"4.2.0 <{ADA}>: greylisted".encode())}),
    smtplib.SMTPDataError(451, f"4.3.0 <{ADA}>: try again".encode()),
    smtplib.SMTPServerDisconnected(f"lost while talking of {ADA}"),
    ConnectionRefusedError(f"no mail for {ADA}"),
    TimeoutError(f"no answer about {ADA}"),
    AnymailAPIError(f"too many mails for {ADA}"),
]
PERMANENT = [
    smtplib.SMTPRecipientsRefused({ADA: (550, f"5.1.1 <{ADA}>: no such mailbox".encode())}),
    AnymailRecipientsRefused(f"{ADA} was refused"),
]
Refuse = Callable[..., None]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Return what makes the mail server answer the next mails with these errors."""

    def refuse_next(*errors: Exception) -> None:
        left, send_messages = [*errors], EmailBackend.send_messages

        def refuse_some(backend: EmailBackend, messages: list[EmailMultiAlternatives]) -> int:
            if left:
                raise left.pop(0)
            return send_messages(backend, messages)

        monkeypatch.setattr(EmailBackend, "send_messages", refuse_some)

    return refuse_next


def confirmation(address: str = ADA) -> Letter:
    reader = make.subscriber(Subscriber.State.PENDING, email=address)
    return make.letter(subscriber=reader, kind=Kind.CONFIRM)


def parts() -> list[str]:
    """Return the text and the HTML of the only mail."""
    (message,) = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    return [str(message.body), *(str(content) for content, _ in message.alternatives)]


def token_in(text: str, page: str) -> str:
    """Return the token of the only link to a page of ours."""
    (token,) = set(re.findall(rf"{settings.SITE_URL}/{page}/([\w-]{{22}})(?![\w-])", text))
    return str(token)


def test_a_letter_is_posted_once() -> None:
    letter = confirmation()
    assert letters.post_waiting(NOW) == 1
    assert letters.post_waiting(NOW + make.ONE_DAY) == 0
    assert [message.to for message in mail.outbox] == [[ADA]]
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, letter.attempts) == ("sent", NOW, 1)


def test_a_letter_waits_for_its_time() -> None:
    make.letter(next_attempt_at=NOW)
    assert letters.post_waiting(NOW - dt.timedelta(seconds=1)) == 0
    assert letters.post_waiting(NOW) == 1


def test_all_that_wait_are_posted() -> None:
    for _ in range(5):
        make.letter()
    assert letters.post_waiting(NOW) == 5
    assert len({message.to[0] for message in mail.outbox}) == 5


def test_who_waits_longest_comes_first() -> None:
    late, early = (make.letter(next_attempt_at=NOW - age * make.ONE_DAY) for age in (1, 2))
    letters.post_waiting(NOW)
    addresses = [early.subscriber.email, late.subscriber.email]
    assert [message.to[0] for message in mail.outbox] == addresses


def test_the_task_posts_what_waits() -> None:
    confirmation()
    tasks.post_letters(NOW.isoformat())
    assert len(mail.outbox) == 1


# --- what they say ------------------------------------------------------------------------------


def test_the_link_in_a_confirmation_confirms() -> None:
    letter = confirmation()
    letters.post_waiting(NOW)
    text, html = parts()
    token = token_in(text, "confirm")
    assert token == token_in(html, "confirm")
    assert lifecycle.confirm(token, NOW) == letter.subscriber


def test_the_database_does_not_hold_what_confirms() -> None:
    letter = confirmation()
    letters.post_waiting(NOW)
    token = token_in(parts()[0], "confirm")
    letter.refresh_from_db()
    assert letter.token_fingerprint == tokens.fingerprint(token)
    rows = [*Letter.objects.values(), *Subscriber.objects.values()]
    assert token not in str(rows)


def test_a_personal_link_opens_her_preferences() -> None:
    letter = make.letter(kind=Kind.LINK)
    letters.post_waiting(NOW)
    text, html = parts()
    token = letter.subscriber.preferences_token
    assert token_in(text, "me") == token_in(html, "me") == token


@pytest.mark.parametrize("kind", [Kind.CONFIRM, Kind.MOVE])
def test_who_sees_a_button_is_not_asked_to_open_a_link(kind: str) -> None:
    make.letter(kind=kind)
    letters.post_waiting(NOW)
    text, html = (" ".join(part.split()) for part in parts())
    assert "open this link and press the button there" in text
    assert "open this link" not in html
    assert "confirm here: the page that opens asks once more" in html


@pytest.mark.parametrize("kind", Kind.values)
def test_no_letter_repeats_what_somebody_typed(kind: str) -> None:
    make.letter(kind=kind, subscriber=make.subscriber(email="buy-gold-now@example.org"))
    letters.post_waiting(NOW)
    assert not [part for part in (mail.outbox[0].subject, *parts()) if "buy-gold" in part]


@pytest.mark.parametrize("kind", Kind.values)
def test_a_letter_is_written_in_her_language(kind: str) -> None:
    make.letter(kind=kind, subscriber=make.subscriber(language="fr"))
    letters.post_waiting(NOW)
    assert '<html lang="fr"' in parts()[1]


@pytest.mark.parametrize("kind", Kind.values)
def test_a_letter_says_that_a_machine_wrote_it_and_is_from_no_list(kind: str) -> None:
    make.letter(kind=kind)
    letters.post_waiting(NOW)
    headers = mail.outbox[0].message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert not [name for name in headers.keys() if name.startswith("List-")]  # noqa: SIM118 - a mail
    assert "Precedence" not in headers


@pytest.mark.parametrize("kind", Kind.values)
def test_a_letter_is_plain_ascii_with_a_text_and_an_html_part(kind: str) -> None:
    make.letter(kind=kind)
    letters.post_waiting(NOW)
    message = mail.outbox[0].message()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert message.as_bytes().isascii()
    assert mail.outbox[0].subject


# --- when the server will not -------------------------------------------------------------------


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
def test_a_letter_refused_for_now_is_tried_again_after_a_wait(
    error: Exception, refuse: Refuse
) -> None:
    letter = confirmation()
    refuse(error)
    assert letters.post_waiting(NOW) == 0
    assert letters.post_waiting(NOW + letters.WAIT - dt.timedelta(seconds=1)) == 0
    assert letters.post_waiting(NOW + letters.WAIT) == 1
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("sent", 2)


@pytest.mark.parametrize("error", PERMANENT, ids=lambda error: type(error).__name__)
def test_a_letter_refused_for_good_is_not_tried_again(error: Exception, refuse: Refuse) -> None:
    letter = confirmation()
    refuse(error)
    assert letters.post_waiting(NOW) == 0
    assert letters.post_waiting(NOW + make.ONE_DAY) == 0
    letter.refresh_from_db()
    assert (letter.state, letter.sent_at, mail.outbox) == ("failed", None, [])


def test_a_letter_is_not_tried_for_ever(refuse: Refuse) -> None:
    letter = confirmation()
    refuse(*[ConnectionRefusedError()] * (letters.MOST_ATTEMPTS + 1))
    for number in range(letters.MOST_ATTEMPTS + 1):
        letters.post_waiting(NOW + number * letters.WAIT)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("failed", letters.MOST_ATTEMPTS)


def test_a_letter_to_a_new_address_counts_once_however_often_it_is_tried(refuse: Refuse) -> None:
    make.letter(kind=Kind.MOVE, address=ADA)
    refuse(*[TimeoutError()] * 5)
    posted = [letters.post_waiting(NOW + number * letters.WAIT) for number in range(6)]
    assert posted == [0, 0, 0, 0, 0, 1]


def test_one_refusal_does_not_keep_the_next_reader_waiting(refuse: Refuse) -> None:
    refused, posted = make.letter(), make.letter(next_attempt_at=NOW)
    Letter.objects.filter(pk=refused.pk).update(next_attempt_at=NOW - make.ONE_DAY)
    refuse(TimeoutError())
    assert letters.post_waiting(NOW) == 1
    assert mail.outbox[0].to == [posted.subscriber.email]


@pytest.mark.parametrize("error", [*TRANSIENT, *PERMANENT], ids=lambda error: type(error).__name__)
def test_no_address_is_logged(
    error: Exception, refuse: Refuse, caplog: pytest.LogCaptureFixture
) -> None:
    letter = confirmation()
    refuse(error)
    letters.post_waiting(NOW)
    assert f"letter#{letter.pk} to subscriber#{letter.subscriber_id}" in caplog.text
    assert type(error).__name__ in caplog.text
    assert ADA not in caplog.text


# --- at the same time, and afterwards -----------------------------------------------------------


def test_a_letter_that_leaves_twice_after_a_crash_holds_the_same_link() -> None:
    letter = confirmation()
    letters.post_waiting(NOW)
    before = token_in(parts()[0], "confirm")
    Letter.objects.filter(pk=letter.pk).update(state=State.WAITING)
    mail.outbox.clear()
    assert letters.post_waiting(NOW + letters.WAIT) == 1
    assert token_in(parts()[0], "confirm") == before
    assert lifecycle.confirm(before, NOW + letters.WAIT) == letter.subscriber


@pytest.mark.django_db(transaction=True)
def test_what_one_worker_claims_another_leaves_and_waits_for_nothing() -> None:
    theirs = list[Letter | None]()
    for _ in range(2):
        make.letter()

    def claim() -> None:
        theirs.extend([letters._claim(NOW), letters._claim(NOW)])
        connection.close()

    other = threading.Thread(target=claim)
    with transaction.atomic():
        mine = letters._claim(NOW)
        other.start()
        other.join(10)
        assert not other.is_alive()
    assert mine
    assert [letter and letter.pk != mine.pk for letter in theirs] == [True, None]


def test_a_letter_that_cannot_be_written_keeps_no_other_waiting_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, whole = make.letter(next_attempt_at=NOW - make.ONE_DAY), make.letter()
    monkeypatch.setattr(letters, "_write", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        letters.post_waiting(NOW)
    monkeypatch.undo()
    assert letters.post_waiting(NOW) == 1
    assert mail.outbox[0].to == [whole.subscriber.email]
    broken.refresh_from_db()
    assert broken.next_attempt_at == NOW + letters.WAIT


def test_a_letter_is_not_posted_to_who_left_meanwhile() -> None:
    letter = make.letter()
    lifecycle.unsubscribe(letter.subscriber, NOW)
    assert letters.post_waiting(NOW) == 0
    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == ("failed", [])


def test_a_letter_is_not_posted_to_an_address_that_was_suppressed_meanwhile() -> None:
    letter = confirmation()
    lifecycle.suppress(ADA, Suppression.Reason.OPERATOR, NOW)
    assert letters.post_waiting(NOW) == 0
    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == ("failed", [])


def test_the_letters_of_who_is_erased_are_gone() -> None:
    lifecycle.erase(confirmation().subscriber)
    assert letters.post_waiting(NOW) == 0
    assert mail.outbox == []
