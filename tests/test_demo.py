"""The demo as a newcomer runs it: real processes, three mornings, and nothing left behind."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def _one_at_a_time() -> Iterator[None]:
    """Keep the other test processes waiting: every demo drops and makes the same database."""
    with (settings.VAR_DIR / "demo-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def demo_mailbox(tmp_path: Path) -> Path:
    return tmp_path / "mailbox"


def start(mailbox: Path, *files: Path | str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *map(str, files)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"MAILBOX_DIR": str(mailbox), "COLUMNS": "100"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return the exit code and all that was printed, once nobody holds the output any more."""
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, said


def demo_processes(mailbox: Path) -> list[Path]:
    """Return the processes whose environment names this mailbox: the demo and all it started."""
    return [entry for entry in Path("/proc").glob("[0-9]*") if _belongs(entry, mailbox)]


def _belongs(process: Path, mailbox: Path) -> bool:
    try:
        return os.fsencode(mailbox) in (process / "environ").read_bytes()
    except OSError:  # it ended, or is not ours
        return False


def mails(mailbox: Path) -> Iterator[str]:
    return (path.name.split("-")[1] for path in mailbox.glob("*.eml"))


def until_mail_lies_in(mailbox: Path, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(mails(mailbox)):
        assert process.poll() is None, outcome(process)
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_demo_delivers_three_mornings_and_leaves_nothing_running(demo_mailbox: Path) -> None:
    code, said = outcome(start(demo_mailbox))
    assert code == 0, said
    assert "Wed 18 Mar: 3 due = 2 sent + 1 skipped + 0 failed" in said
    assert "skipped: nothing new" in said
    assert len([*mails(demo_mailbox)]) == 3 + 8
    assert not demo_processes(demo_mailbox)


def test_a_digest_that_cannot_be_read_ends_the_demo_with_the_reason(
    demo_mailbox: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    code, said = outcome(start(demo_mailbox, tmp_path / "empty.txt"))
    assert code == 1
    assert f"{tmp_path / 'empty.txt'}: the page is empty" in said
    assert "Mend the file, or name others" in said
    assert not demo_processes(demo_mailbox)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_stopped_takes_its_worker_along(
    demo_mailbox: Path, number: signal.Signals
) -> None:
    process = start(demo_mailbox)
    until_mail_lies_in(demo_mailbox, process)
    os.killpg(process.pid, number)
    code, said = outcome(process)
    assert code == 130
    assert "Traceback" not in said
    assert not demo_processes(demo_mailbox)


def test_a_broker_that_is_away_is_named(demo_mailbox: Path) -> None:
    code, said = outcome(start(demo_mailbox, REDIS_URL="redis://127.0.0.1:1/0"))
    assert code == 1
    assert "CommandError: PostgreSQL or Redis is away" in said
    assert "See that DATABASE_URL and REDIS_URL" in said
    assert not demo_processes(demo_mailbox)
