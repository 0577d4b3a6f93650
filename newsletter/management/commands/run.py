import signal
import subprocess
import sys
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digests.models import Paper
from newsletter import demo, processes
from newsletter.tasks import tick


class Command(BaseCommand):
    """Run web, worker and beat together, for a look at everything on this machine."""

    help = "Run web, worker and beat until Ctrl-C. A first start brings the demo's data."

    def handle(self, **_: Any) -> None:
        """Start the three processes, and stop them all when one ends or the user says so."""
        if not settings.LOCAL:
            raise CommandError("This is for local use; the README tells which processes to run.")
        call_command("migrate", verbosity=0)
        # The demo's readers live nowhere: their mail must not leave this machine.
        if settings.TRANSPORT == "mailbox" and not Paper.objects.exists():
            demo.fill(timezone.now())
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise looks for it
        tick.delay()  # beat's first one comes after half a minute
        self.stdout.write(f"Paperboy is at {settings.SITE_URL} (Ctrl-C stops it).")
        self.stdout.write(f"Its mail lies in {settings.MAILBOX_DIR}.")
        name, code = run_together(commands())
        if code:
            raise CommandError(f"{name} ended with status {code}; its last words stand above.")


def commands() -> dict[str, list[str]]:
    """Return what a small installation runs."""
    site = urlsplit(settings.SITE_URL)
    bind = f"--bind={site.hostname}:{site.port or 80}"
    celery = [sys.executable, "-m", "celery", "-A", "config.celery"]
    short = settings.CELERY_TASK_DEFAULT_QUEUE
    # Its control socket would lie in the home folder, one for all checkouts.
    web = [sys.executable, "-m", "gunicorn", "config.wsgi", bind, "--no-control-socket"]
    return {
        "web": [*web, "--threads=4"],
        "worker": [*celery, "worker", "--concurrency=1", f"--queues={short}"],
        "long worker": [*celery, "worker", "--concurrency=2", f"--queues={settings.LONG_QUEUE}"],
        "beat": [*celery, "beat"],
    }


def run_together(programs: dict[str, list[str]]) -> tuple[str, int]:
    """Run programs until one ends or this process is told to stop.

    Returns:
        The first to end and its status; a stop that was asked for is ("", 0).

    """
    asked_to_stop: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the last: a closed terminal
        signal.signal(number, lambda number, _frame: asked_to_stop.append(number))
    with ExitStack() as stack:
        running = {name: processes.start(program) for name, program in programs.items()}
        for process in running.values():
            stack.callback(processes.stop, process)
        while not asked_to_stop:
            for name, process in running.items():
                try:
                    return name, process.wait(timeout=0.1)
                except subprocess.TimeoutExpired:
                    continue
    return "", 0
