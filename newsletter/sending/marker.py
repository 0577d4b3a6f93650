"""How far the ledger had come, kept outside the database: what betrays a restored backup.

A backup remembers mails as planned that have left since. So the ledger numbers its entries by a
sequence of the database, and the highest number is kept twice more: in a file on each host and in
Redis. A sequence that is behind one of them belongs to a database that was restored.

A number is that of its database, drawn when it was migrated, and behind it a count of 36 bits. So
databases that share a host or a Redis keep apart, and a copy of a database counts as that database.

PostgreSQL writes a sequence ahead by 32. So a physical backup, or a standby that takes over, is not
noticed if it lacks no more than the latest 32 entries; a dump is exact.
"""

import os
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from newsletter.sending import marker_in_redis

COUNT_BITS = 36
# The file has a place for each database; two that drew the same would hide each other's marker.
PLACES, PLACE_BYTES = 8192, 8


def note(number: int) -> None:
    """Keep the number of an entry, before any mail leaves that it lets leave.

    Of two processes that meet between the look and the write, the lower number may stay.
    """
    database, count = _split(number)
    if _count_in_file(database) < count:
        os.pwrite(_file(), number.to_bytes(PLACE_BYTES), _place(database))
    marker_in_redis.note(database, count)


def is_restored() -> bool:
    """Tell whether this database is older than what was sent from it."""
    highest = _highest(_last_number())
    return highest > _last_number()  # asked again: a worker may have entered more meanwhile


def catch_up() -> None:
    """Have the ledger go on behind the highest number there ever was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('newsletter_fence', %s)", [_highest(_last_number())])


def _last_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM newsletter_fence")
        (number,) = cursor.fetchone()
    return int(number)


def _highest(number: int) -> int:
    """Return the highest number of the same database, here or there."""
    database, count = _split(number)
    count = max(count, _count_in_file(database), marker_in_redis.count(database))
    return database << COUNT_BITS | count


def _split(number: int) -> tuple[int, int]:
    return number >> COUNT_BITS, number & ((1 << COUNT_BITS) - 1)


def _count_in_file(database: int) -> int:
    found = os.pread(_file(), PLACE_BYTES, _place(database))
    owner, count = _split(int.from_bytes(found))
    return count if owner == database else 0


def _place(database: int) -> int:
    return database % PLACES * PLACE_BYTES


def _file() -> int:
    return _opened(settings.VAR_DIR)


@cache
def _opened(folder: Path) -> int:
    """Open the file once a process, which keeps it; forked processes may share it."""
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / "fence", os.O_RDWR | os.O_CREAT, 0o600)
