"""Processes that a command starts beside itself."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from django.conf import settings

# A worker that is told to stop finishes its task first: see `newsletter.tasks.DRAIN`.
GRACE_SECONDS = 40


def start(
    command: Sequence[str | Path], output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C reaches only us, and we stop it."""
    return subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=output, stderr=output, start_new_session=True
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, and end it where it does not."""
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
