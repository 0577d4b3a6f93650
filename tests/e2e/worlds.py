"""The world of these tests: the site, running; three days of papers; readers of every state."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from e2e.inbox import Inbox
from newsletter import demo
from newsletter.deliver import deliver
from subscribers import letters, lifecycle, mornings, moving, stamps
from subscribers.models import Subscriber

ADA, GRACE, EMMY = demo.READERS
INVITED, MOVED = "pen@example.org", "ada@example.org"


@dataclass(frozen=True, slots=True)
class World:
    """A site, and where its mails lie."""

    site: str
    mailbox: Path
    # The tokens in two letters that nobody has answered yet: to a stranger, and to a new address.
    invitation: str
    move: str

    def inbox(self, address: str) -> Inbox:
        """Return somebody's inbox."""
        return Inbox(self.mailbox, address)

    def deliver(self, now: dt.datetime | None = None) -> None:
        """Let the letters and editions leave that are due; now, unless another time is given."""
        deliver(lambda: now or timezone.now())


@contextmanager
def world(mailbox: Path) -> Iterator[World]:
    """Open the site with its papers and readers until the block ends."""
    server = LiveServer("127.0.0.1")
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    own = {
        "CACHES": {"default": memory, "process": memory},  # for limits count for days
        "SITE_URL": server.url,
        "ROOT_URLCONF": "e2e.urls",
        "EMAIL_BACKEND": "config.local.mailbox.MailboxBackend",
        "TRANSPORT": "mailbox",
        "MAILBOX_DIR": mailbox,
    }
    try:
        with override_settings(**own), pytest.MonkeyPatch.context() as patch:
            patch.setattr(stamps, "SOONEST", dt.timedelta())  # hands here are quicker than people
            yield World(server.url, mailbox, *_fill(mailbox))
    finally:
        server.stop()


def reader(who: demo.DemoReader) -> Subscriber:
    """Return the row of somebody whom `world` has signed up."""
    return Subscriber.objects.get(email=who.address)


def let_go() -> None:
    """End what threads of the site still hold of the database, or it could not be dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _fill(mailbox: Path) -> tuple[str, str]:
    """Bring papers of the last days; have readers read, pause, leave, and not answer yet.

    Returns the tokens in the letters that wait for an answer.
    """
    now = timezone.now()
    demo.fill(now)
    mornings.expect([reader(who).pk for who in demo.READERS], now)
    deliver(lambda: now)
    lifecycle.pause(reader(GRACE), now + dt.timedelta(days=30))
    lifecycle.unsubscribe(reader(EMMY), now)
    lifecycle.subscribe(INVITED, ADA.choice, now)
    moving.ask(reader(ADA), MOVED, now)
    letters.post_waiting(now)
    found = (Inbox(mailbox, address).link("/[a-z]+/") for address in (INVITED, MOVED))
    invitation, move = (link.rpartition("/")[2] for link in found)
    return invitation, move
