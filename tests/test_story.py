"""One reader's first two mornings, as she and her operator live them."""

import datetime as dt
import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from digests.models import Topic
from newsletter.models import Delivery
from subscribers.models import Subscriber

ABSTRACT = "We look into {} at some length, on many examples, and report what we learnt from them."
MONDAY, TUESDAY, WEDNESDAY = "2026-03-16", "2026-03-17", "2026-03-18"
DIFFUSION, ROBOTS = "Diffusion models draw what you say", "A robot arm that folds the laundry"


def page(folder: Path, *titles: str) -> str:
    """Write a listing page as it is pasted."""
    lines = [line for title in titles for line in (title, ABSTRACT.format(title))]
    path = folder / "page.txt"
    path.write_text("\n\n".join(["new", *lines]), encoding="utf-8")
    return str(path)


def inbox(mailbox: Path) -> list[EmailMessage]:
    """Read the mailbox, the oldest mail first."""
    files = sorted(mailbox.glob("*.eml"))
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def path_in(message: EmailMessage, prefix: str) -> str:
    """Return the path of the first link to our pages that begins with `prefix`."""
    link = re.search(rf"https?://[^/\s]+({prefix}[\w-]+)", text(message))
    assert link
    return link[1]


@pytest.fixture
def local_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "config.local.mailbox.MailboxBackend"


@pytest.mark.django_db
def test_a_reader_gets_what_she_asked_for_and_nothing_twice(
    client: Client, mailbox: Path, local_mail: None, tmp_path: Path
) -> None:
    # On Sunday she signs up for diffusion, and follows the link in the mail that asks her.
    with time_machine.travel(dt.datetime(2026, 3, 15, 18, tzinfo=dt.UTC), tick=False):
        form = client.get(reverse("sign-up")).context["form"]
        stamp = {field.html_name: field.value() for field in form if field.value() is not None}
    with time_machine.travel(dt.datetime(2026, 3, 15, 18, 1, tzinfo=dt.UTC), tick=False):
        topic = Topic.objects.get(key="diffusion")
        asked = client.post(
            reverse("sign-up"), stamp | {"email": "ada@example.org", "topics": [topic.key]}
        )
        assert asked.status_code == 302
        call_command("deliver", at="2026-03-15T18:01Z")
        confirm = path_in(inbox(mailbox)[0], "/confirm/")
        assert client.get(confirm).status_code == 200
        assert Subscriber.objects.get().state == "pending"
        client.post(confirm)
        assert Subscriber.objects.get().state == "active"

    # On Monday a digest lists two papers. One is for her.
    call_command("ingest", page(tmp_path, DIFFUSION, ROBOTS), date=dt.date(2026, 3, 16))
    call_command("deliver", at=f"{MONDAY}T07:00Z")
    monday = inbox(mailbox)[1]
    assert DIFFUSION in text(monday)
    assert ROBOTS not in text(monday)
    assert topic.name in text(monday)

    # On Tuesday the same paper trends again. She has it: no mail, and the reason is on record.
    call_command("ingest", page(tmp_path, DIFFUSION), date=dt.date(2026, 3, 17))
    call_command("deliver", at=f"{TUESDAY}T07:00Z")
    assert len(inbox(mailbox)) == 2
    assert Delivery.objects.get(date=TUESDAY).reason == "nothing new"

    # One click in her mail program, without a cookie, and Wednesday brings nothing more.
    call_command("ingest", page(tmp_path, "Diffusion models, quicker"), date=dt.date(2026, 3, 18))
    one_click = path_in(monday, "/u/")
    done = client.post(one_click, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    call_command("deliver", at=f"{WEDNESDAY}T07:00Z")
    assert len(inbox(mailbox)) == 2
