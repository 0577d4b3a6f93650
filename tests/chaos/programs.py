"""The product's own programs, as an operator would run them: workers, beat, commands."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_CELERY = [sys.executable, "-m", "celery", "-A", "config.celery"]
_QUEUES = f"--queues={settings.CELERY_TASK_DEFAULT_QUEUE},{settings.LONG_QUEUE}"
WORKER = [*_CELERY, "worker", "--concurrency=2", _QUEUES, "--without-mingle", "--without-gossip"]
BEAT = [*_CELERY, "beat"]


def manage(*words: str) -> list[str]:
    """Return what runs a command of manage.py."""
    return [sys.executable, "manage.py", *words]


@contextmanager
def running(*commands: Sequence[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run programs for as long as the block lasts; then they are killed, children and all."""
    with Path(os.devnull).open("wb") as nowhere:
        running = [
            subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                stdout=nowhere,
                stderr=nowhere,
                start_new_session=True,
            )
            for command in commands
        ]
    try:
        yield running
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
