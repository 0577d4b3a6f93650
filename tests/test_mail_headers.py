from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import factories as make
import pytest
from django.urls import reverse
from mails import printed
from pytest_django import Settings
from titles import HOSTILE

from config.mime import to_bytes
from newsletter.models import Delivery
from newsletter.printing.headlines import LONGEST_SUBJECT
from subscribers.mail import build, write

pytestmark = pytest.mark.django_db
EVERY_HEADER = {
    "Content-Type",
    "MIME-Version",
    "Subject",
    "From",
    "To",
    "Date",
    "Auto-Submitted",
    "Message-ID",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "Precedence",
}


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = "https://news.example.org"
    settings.DEFAULT_FROM_EMAIL = "Paperboy <digest@news.example.org>"


def delivery(title: str = "Do Owls Listen?") -> Delivery:
    # PostgreSQL takes no NUL, whoever wrote the row.
    paper = make.paper(title=title.replace("\0", ""), abstract=title.replace("\0", ""))
    return make.delivery(edition=make.edition(paper))


def raw(delivery: Delivery) -> bytes:
    return printed(delivery).content


def headers(delivery: Delivery) -> EmailMessage:
    return message_from_bytes(raw(delivery), policy=SMTP)


def test_a_mail_has_these_headers_once_and_no_other() -> None:
    assert sorted(headers(delivery()).keys()) == sorted(EVERY_HEADER)


@pytest.mark.parametrize(
    "site", ["https://news.example.org", "https://paperboy.library.a-rather-long-name.example.edu"]
)
def test_the_way_out_stands_on_one_line_exactly_as_it_must_be_called(
    settings: Settings, site: str
) -> None:
    settings.SITE_URL = site
    mail = delivery()
    assert mail.subscriber
    url = f"{site}{reverse('unsubscribe', args=[mail.subscriber.unsubscribe_token])}"
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw(mail)
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw(mail)


def test_the_way_out_in_the_header_opens_no_other_page_of_the_readers() -> None:
    mail = delivery()
    assert mail.subscriber
    assert mail.subscriber.preferences_token not in str(headers(mail)["List-Unsubscribe"])


def test_a_mail_says_that_no_person_wrote_it() -> None:
    mail = headers(delivery())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Precedence"] == "bulk"


@pytest.mark.parametrize(
    ("name", "list_id"),
    [
        ("Paperboy", "Paperboy <editions.news.example.org>"),
        ("Café, Papers", "=?utf-8?q?Caf=C3=A9=2C_Papers?= <editions.news.example.org>"),
    ],
)
def test_the_list_is_named_and_its_id_stays_plain(
    settings: Settings, name: str, list_id: str
) -> None:
    settings.SITE_NAME = name
    assert f"\r\nList-Id: {list_id}\r\n".encode() in raw(delivery())


def test_a_mail_built_again_is_the_same_mail() -> None:
    mail = delivery()
    assert headers(mail)["Message-ID"] == f"<d.20260316.{mail.pk}@news.example.org>"
    assert headers(mail)["Message-ID"] == headers(mail)["Message-ID"]


def test_two_readers_mails_are_two_mails_of_one_feedback_id() -> None:
    edition = make.edition()
    ada, emmy = (headers(make.delivery(edition=edition)) for _ in range(2))
    assert ada["Message-ID"] != emmy["Message-ID"]
    assert ada["Feedback-ID"] == emmy["Feedback-ID"] == "20260316:edition:paperboy"


def test_answers_go_to_a_person_where_one_is_named(settings: Settings) -> None:
    settings.CONTACT_EMAIL = "people@example.org"
    assert headers(delivery())["Reply-To"] == "people@example.org"


def test_a_letter_is_no_list_mail() -> None:
    letter = build(write("confirm", {"url": "https://news.example.org/confirm/x"}), "a@x.org", {})
    names = message_from_bytes(to_bytes(letter), policy=SMTP).keys()
    assert "Auto-Submitted" in names
    assert not [name for name in names if name.startswith("List-") or name == "Precedence"]


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_adds_a_header_or_a_line_that_relays_would_cut(title: str) -> None:
    content = raw(delivery(title))
    mail = message_from_bytes(content, policy=SMTP)
    assert sorted(mail.keys()) == sorted(EVERY_HEADER)
    assert len(mail["Subject"]) <= LONGEST_SUBJECT
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_title_changes_who_gets_the_mail(title: str) -> None:
    row = delivery(title)
    message = printed(row)
    assert row.subscriber
    assert message.recipient == row.subscriber.email == message_from_bytes(message.content)["To"]
