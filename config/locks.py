"""Work that only one worker at a time does, wherever the workers are.

PostgreSQL holds the locks for as long as the connection lives, so a killed worker frees its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Tell whether this worker is the only one at `name`, without waiting for another."""
    key = _key(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", key)
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", key)


@contextmanager
def in_turn(name: str) -> Iterator[None]:
    """Wait until no other worker is at `name`; who is alone at it already need not wait."""
    key = _key(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", key)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", key)


def _key(name: str) -> list[int]:
    return [crc32(name.encode())]
