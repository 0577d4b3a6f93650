"""Buckets for whatever comes: all workers' in Redis, or this process's share while that is away.

No worker may go back to the shared buckets while another still keeps to its share: together they
would be too fast. So who finds Redis again has everybody keep to their share until all others must
have found it too. Too slow at times, never too fast.
"""

import logging
import time
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from redis.exceptions import RedisError

from newsletter.sending.rates.limits import Limits
from newsletter.sending.rates.local import LocalBuckets
from newsletter.sending.rates.shared import AloneError, SharedBuckets

logger = logging.getLogger(__name__)
# So many seconds a Redis that failed is not asked: each mail would cost a time-out if it is frozen.
AWAY = 5.0
# By then everybody has asked it again.
ALL_BACK = AWAY + 1.0


class Buckets:
    """The buckets of all workers, as one of them sees them."""

    def __init__(self) -> None:
        limits = Limits.configured()
        self._shared = SharedBuckets(limits) if limits.are_any else None
        self._share = LocalBuckets(Limits())
        self._ask_at = 0.0
        self._is_alone = self._was_away = False

    def take(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Take tokens, as `LocalBuckets.take` does."""
        if self._shared and time.monotonic() >= self._ask_at:
            try:
                taken = self._shared.take(wanted, ALL_BACK if self._was_away else 0)
            except AloneError as error:
                self._was_away = False
                self._keep_to_share(error.seconds)
            except (RedisError, OSError) as error:
                if not self._was_away:
                    name = type(error).__name__
                    logger.warning("Redis is away (%s): each worker keeps to its share", name)
                self._was_away = True
                self._keep_to_share(AWAY)
            else:
                self._is_alone = False
                return taken
        return self._share.take(wanted)

    def _keep_to_share(self, seconds: float) -> None:
        self._ask_at = time.monotonic() + seconds
        if not self._is_alone:
            self._is_alone = True
            self._share = LocalBuckets(Limits.configured(settings.SENDERS))


@cache
def of_this_process() -> Buckets:
    """Return the one instance: it must remember from one round of sending to the next."""
    return Buckets()
