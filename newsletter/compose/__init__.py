"""Due subscribers -> editions and deliveries: sets, not loops.

Readers are composed for in chunks; `chunk.py` tells how. A chunk is written in one transaction, so
a process may be killed anywhere: a reader has been composed for entirely or not at all.

What a list holds: papers of the reader's topics, first listed within the look-back window and
since she follows the topic that brings them, that belong to no topic she excludes and are in no
edition of hers she has, or may have, seen. A paper's `first_listed_on` never rises, and no edition
is older than its papers; so whoever looks at editions no older than the window sees every one that
could hold a candidate.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from django.conf import settings
from django.db import connection

from config.locks import in_turn
from newsletter.compose.chunk import Chunk, Composed, compose_chunk
from subscribers.models import NextMorning

__all__ = ["Composed", "compose"]

# Readers a chunk, roughly: so many that to rank the papers and look through all readers for each
# costs little, so few that it fits into memory and that both cores are done at the same time.
CHUNK = 170_000
# So few are composed for at once, without more connections.
FEW = 5_000

Progress: TypeAlias = Callable[[Composed], object]


def compose(now: dt.datetime, progress: Progress | None = None) -> Composed:
    """Compose for everybody whose morning has begun; wait for another process that is at it.

    `progress` is told, after each chunk, what all so far came to.
    """
    total = Composed()
    with in_turn("compose"):
        for composed in _composed(_cut(now), now):
            total += composed
            if progress:
                progress(total)
    return total


def _cut(now: dt.datetime) -> Sequence[Chunk]:
    """Cut who is due into chunks; readers of one choice stay together, as they share a list."""
    due = NextMorning.objects.filter(begins_at__lte=now).count()
    if due <= FEW:
        return Chunk.cut(min(due, 1))
    workers = settings.COMPOSERS
    return Chunk.cut(workers * math.ceil(due / CHUNK / workers))


def _composed(chunks: Sequence[Chunk], now: dt.datetime) -> Iterator[Composed]:
    """Compose chunk by chunk, over several connections: PostgreSQL works on a core for each."""
    if len(chunks) <= 1 or connection.in_atomic_block:  # others would not see what is not committed
        yield from (compose_chunk(chunk, now) for chunk in chunks)
        return
    with ThreadPoolExecutor(settings.COMPOSERS) as workers:
        yield from workers.map(lambda chunk: _compose_beside(chunk, now), chunks)


def _compose_beside(chunk: Chunk, now: dt.datetime) -> Composed:
    """Compose over a connection of this thread's own, and give it back."""
    try:
        return compose_chunk(chunk, now)
    finally:
        connection.close()
