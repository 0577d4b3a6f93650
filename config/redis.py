"""A Redis client for those who can do without."""

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 0.25  # seconds


def hasty_client() -> Redis:
    """Return a client that gives up at once, for callers whose own work must not wait for Redis."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
