"""What a campaign plays on: servers, a mail server and a folder of its own, gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chaos.log import Log, Mailbox
from chaos.servers import KEPT, Postgres, Redis
from config.local.accounts import chown_tree, server_account
from config.local.places import make_folder

CONNECTIONS = 4  # of a worker: as many mails may be in doubt when it dies


@dataclass(frozen=True, slots=True)
class Stage:
    """A campaign's own servers, and the log of what its mail server took."""

    postgres: Postgres
    redis: Redis
    log: Log


@contextmanager
def stage(delay: float, lease: float, *, into_files: bool = False) -> Iterator[Stage]:
    """Start everything but Redis, and name it in the environment, for settings yet to be loaded.

    `delay` is how many milliseconds the mail server takes for a mail, on average; `lease` how many
    seconds a worker may be silent.
    """
    make_folder(KEPT.parent)
    make_folder(KEPT)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=KEPT))
    sockets = Path(tempfile.mkdtemp(prefix="paperboy-chaos-"))  # a short path: see `places`
    chown_tree(sockets, server_account())
    postgres, redis = Postgres(folder / "postgres", sockets), Redis(folder / "redis", sockets)
    log = folder / "taken.log"
    log.touch()
    mails = Mailbox(folder / "mailbox") if into_files else Log(log)
    try:
        postgres.start()
        with _sink(log, delay) as port:
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": "chaos.settings",
                "DATABASE_URL": postgres.url(),
                "REDIS_URL": redis.url(),
                "EMAIL_URL": "" if into_files else f"smtp+plain://127.0.0.1:{port}",
                "MAILBOX_DIR": str(folder / "mailbox"),
                "SITE_URL": "http://127.0.0.1:8000",
                "SMTP_CONNECTIONS": str(CONNECTIONS),
                "LOG_LEVEL": "CRITICAL",
                "CHAOS_LEASE": str(lease),
                "CHAOS_VAR": str(folder),
            }
            yield Stage(postgres, redis, mails)
    finally:
        redis.end()
        postgres.end()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def _sink(log: Path, delay: float) -> Iterator[int]:
    command = [sys.executable, "-m", "chaos.sink", str(log), f"--delay={delay}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
