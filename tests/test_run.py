"""`manage.py run` as a newcomer runs it: the site comes up, and stopping it leaves nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

PATIENCE_SECONDS = 30


@pytest.fixture
def database_url(db: None) -> Iterator[str]:
    """Give an empty database of this test's own, named after the test process's."""
    server, _, _ = settings.DATABASE_URL.rpartition("/")
    name = f"{connection.settings_dict['NAME']}_run"
    drop = SQL("drop database if exists {} with (force)").format(Identifier(name))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(drop)
        admin.execute(SQL("create database {}").format(Identifier(name)))
        yield f"{server}/{name}"
        admin.execute(drop)


@pytest.fixture
def site() -> str:
    """Return an address on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own server
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError):  # a busy machine is slow with its first answer
        return False


def wait_until_it_answers(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(url):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_site_comes_up_with_readers_and_one_ctrl_c_ends_it_all(
    database_url: str, site: str, mailbox: Path
) -> None:
    own = {"DATABASE_URL": database_url, "SITE_URL": site, "MAILBOX_DIR": str(mailbox)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run"],
        cwd=settings.BASE_DIR,
        env=os.environ | own | {"EMAIL_URL": "", "QUEUE": site},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    wait_until_it_answers(site, process)
    assert len([*mailbox.glob("*.eml")]) == 3
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)  # waits for all who could still write
    assert process.returncode == 0, said
    assert f"Paperboy is at {site}" in said
    assert "Traceback" not in said
