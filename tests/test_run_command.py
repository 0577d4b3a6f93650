"""Everything together on this machine: brought up once, and taken down whole."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as dj_settings
from django.core.management import call_command
from pytest_django import Settings

from digests.models import Paper
from newsletter.management.commands import run
from newsletter.models import Delivery
from subscribers.models import Subscriber

TOGETHER = """
import sys, django
django.setup()
from newsletter.management.commands.run import run_together
# One write each: two processes share the pipe.
sleeper = [sys.executable, "-c", "import os, time; os.write(1, b'up '); time.sleep(60)"]
print(run_together({"one": sleeper, "two": sleeper}))
"""


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "run_together", lambda _programs: ("", 0))


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_runs")
def test_a_first_start_brings_papers_and_readers_and_a_second_no_more(
    settings: Settings, mailbox: Path
) -> None:
    settings.EMAIL_BACKEND = "config.local.mailbox.MailboxBackend"
    for _ in range(2):
        call_command("run")
    assert Paper.objects.count() > 40
    assert Subscriber.objects.mailable().count() == len([*mailbox.iterdir()]) == 3
    assert not Delivery.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_runs")
def test_where_mail_leaves_the_machine_nobody_is_made_up(settings: Settings) -> None:
    settings.TRANSPORT = "smtp"
    call_command("run")
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_when_it_is_told_to_stop_nothing_is_left_behind(number: signal.Signals) -> None:
    command = [sys.executable, "-c", TOGETHER]
    with subprocess.Popen(
        command, cwd=dj_settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.read(6) == "up up "
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)  # which waits for everybody who could write
    assert said == "('', 0)\n"
