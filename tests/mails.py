"""Mails for tests: made of deliveries or of stories, and read as a mail program reads them."""

import datetime as dt
from email import message_from_bytes
from email.message import Message as Read
from email.policy import SMTP

from mail_linter import lint

from newsletter.models import Delivery
from newsletter.printing.press import Press
from newsletter.printing.sheet import Typesetter
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message
from subscribers.mail import Words
from subscribers.schedule import EVERY_DAY

MONDAY = dt.date(2026, 3, 16)
ADA = Copy(
    delivery=7,
    bundle=1,
    date=MONDAY,
    edition=1,
    attempts=0,
    subscriber=1,
    email="ada@example.org",
    unsubscribe_token="abcdefghijklmnopqrstuv",
    preferences_token="ABCDEFGHIJKLMNOPQRSTUV",
    language="en",
    abstracts="short",
    days=EVERY_DAY,
)


def copy_of(delivery: Delivery) -> Copy:
    """Return what claiming its bundle would tell of a delivery."""
    reader = delivery.subscriber
    assert reader
    assert delivery.edition_id
    return Copy(
        delivery.pk,
        delivery.bundle_id,
        delivery.date,
        delivery.edition_id,
        delivery.attempts,
        reader.pk,
        reader.email,
        reader.unsubscribe_token,
        reader.preferences_token,
        reader.language,
        reader.abstracts,
        reader.days,
        reader.hears_of_silence,
    )


def printed(delivery: Delivery) -> Message:
    """Return a delivery's mail."""
    press, copy = Press(), copy_of(delivery)
    press.load([copy])
    message = press.message(copy)
    _check(message.content)
    return message


def mail_of(*stories: Story, copy: Copy = ADA) -> bytes:
    """Return the mail of an edition of these stories; without any, the one of a quiet week."""
    style, typesetter = Style.of(copy), Typesetter()
    if not stories:
        return typesetter.silence(copy.date, style).mail(copy)
    return typesetter.sheet(stories, copy.date, style, copy.edition).mail(copy)


def read(content: bytes) -> Words:
    """Return what a mail says once it is decoded; it must be one that the linter praises."""
    _check(content)
    _, text, html = message_from_bytes(content).walk()
    subject = str(message_from_bytes(content, policy=SMTP)["Subject"])
    return Words(subject, _decoded(text), _decoded(html))


def _check(content: bytes) -> None:
    findings = lint(content)
    assert not findings, findings


def _decoded(part: Read) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")
