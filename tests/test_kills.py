"""Real processes, really killed: what is delivered afterwards is everything, once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from beside import database_url, somebody_waits
from django.conf import settings
from django.db import transaction

from digests.models import Topic
from digests.papers_lock import lock_papers
from newsletter.accounts import accounts
from newsletter.models import Bundle, Delivery
from newsletter.sending.sweep import sweep

READERS, KILLS = 120, 6  # more than `sweep` forgives one delivery
NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
PATIENCE_SECONDS = 30


def deliver(mailbox: Path) -> subprocess.Popen[bytes]:
    """Start `manage.py deliver` on the test's database, as an operator would."""
    environment = {"DATABASE_URL": database_url(), "MAILBOX_DIR": str(mailbox), "EMAIL_URL": ""}
    command = [sys.executable, "manage.py", "deliver", "--at", NOW.isoformat()]
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(mails: int, process: subprocess.Popen[bytes], mailbox: Path) -> None:
    """Wait until so many mails lie in the mailbox, or the process has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and len([*mailbox.glob("*.eml")]) < mails:
        assert time.monotonic() < deadline, "no mail came"


def kill_after(process: subprocess.Popen[bytes], mails: int, mailbox: Path) -> bool:
    """Kill the process as soon as `mails` lie in the mailbox; tell whether it still lived."""
    wait_for(mails, process, mailbox)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def recipients(mailbox: Path) -> Counter[str]:
    """Count the mails that lie there, by reader."""
    return Counter(path.name.split("-")[1] for path in mailbox.glob("*.eml"))


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_it_delivers_everything_once(
    mailbox: Path, morning: Callable[..., None]
) -> None:
    morning(readers=READERS, now=NOW)
    mailbox.mkdir()
    for count in range(1, KILLS + 1):
        assert kill_after(deliver(mailbox), READERS * count // (KILLS + 1), mailbox)
        # Its lease runs out: what it had begun is uncertain, what it only held is planned again.
        sweep(NOW + settings.LEASE + dt.timedelta(minutes=1))
    last = deliver(mailbox)
    last.communicate(timeout=PATIENCE_SECONDS)
    assert last.returncode == 0
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert max(recipients(mailbox).values()) == 1
    assert states["sent"] + states["uncertain"] == READERS
    assert states["uncertain"] <= KILLS
    assert states["sent"] <= recipients(mailbox).total() <= READERS
    assert all(account.balances and not account.is_open for account in accounts())


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_it_loses_nothing_doubts_nothing_and_says_so_in_a_line(
    mailbox: Path, morning: Callable[..., None]
) -> None:
    morning(readers=READERS, now=NOW)
    mailbox.mkdir()
    process = deliver(mailbox)
    wait_for(READERS // 6, process, mailbox)
    process.send_signal(signal.SIGINT)
    said, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, said) == (130, b"")
    assert complaint == b"CommandError: Stopped. Nothing is lost: run this again for the rest.\n"
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states["sent"] == recipients(mailbox).total() < READERS
    assert states["planned"] == READERS - states["sent"]
    assert not Bundle.objects.exclude(claim=None).exists()
    last = deliver(mailbox)
    last.communicate(timeout=PATIENCE_SECONDS)
    assert last.returncode == 0
    assert [*recipients(mailbox).values()] == [1] * READERS


@pytest.mark.django_db(transaction=True)
def test_told_to_stop_before_a_mail_leaves_it_stops_at_once(
    mailbox: Path, morning: Callable[..., None]
) -> None:
    morning(readers=1, now=NOW)
    Topic.objects.filter(key="diffusion").update(matched_version=0)
    with transaction.atomic():
        lock_papers()  # so that it has to wait for us
        process = deliver(mailbox)
        while process.poll() is None and not somebody_waits():
            pass
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert complaint.startswith(b"CommandError: Stopped. Nothing is lost")
    assert not Delivery.objects.exists()
