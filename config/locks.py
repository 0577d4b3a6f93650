"""Work that only one worker at a time does, wherever the workers are."""

from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import connection


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Tell whether this worker is the only one at `name`, without waiting for another.

    PostgreSQL holds the lock for as long as the connection lives, so a killed worker frees it.
    """
    key = [crc32(name.encode())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", key)
        (mine,) = cursor.fetchone()
        try:
            yield mine
        finally:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(%s)", key)
