"""The ledger's marker in Redis, where every host sees it: a second old, and maybe missing."""

import time
from functools import cache

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.redis import hasty_client

BETWEEN_NOTES, AWAY = 1.0, 5.0  # seconds; the latter when Redis has not answered
KEPT_FOR = 90 * 24 * 3600  # seconds; by then nobody could be sent the same again

_next_note_at = 0.0


def note(database: int, count: int) -> None:
    """Keep the count of a database, if it is the highest; at most once a second."""
    global _next_note_at  # noqa: PLW0603 - one a process
    if time.monotonic() < _next_note_at:
        return
    _next_note_at = time.monotonic() + BETWEEN_NOTES
    try:
        redis = _client(settings.REDIS_URL)
        redis.zadd(_key(), {str(database): count}, gt=True)
        redis.expire(_key(), KEPT_FOR)
    except RedisError:
        _next_note_at = time.monotonic() + AWAY


def count(database: int) -> int:
    """Return the highest count of a database; 0 if there is none, or nobody to ask."""
    try:
        return int(_client(settings.REDIS_URL).zscore(_key(), str(database)) or 0)
    except RedisError:
        return 0


def _key() -> str:
    return f"{settings.CELERY_TASK_DEFAULT_QUEUE}:fence"


@cache
def _client(_url: str) -> Redis:
    return hasty_client()
