"""Databases of a benchmark's own, on the server that Paperboy uses; dropped when it ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg.sql import SQL, Identifier

from config.startup import prepare

_PREFIX = f"paperboy_benchmark_{os.getpid()}"
_numbers = count(1)


@contextmanager
def migrated() -> Iterator[str]:
    """Make a database with all tables and no papers; yields its name, for `copy_of`."""
    prepare()
    with _made(_PREFIX) as url:
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=True)
        yield _PREFIX


@contextmanager
def copy_of(template: str) -> Iterator[str]:
    """Make a copy of a database that nobody is connected to; yields its URL."""
    with _made(f"{_PREFIX}_{next(_numbers)}", template) as url:
        yield url


@contextmanager
def _made(name: str, template: str = "template1") -> Iterator[str]:
    from config.settings import DATABASE_URL  # noqa: PLC0415 - known once `prepare` has run

    make = SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
    with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
        connection.execute(make)
        try:
            yield f"{DATABASE_URL.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
