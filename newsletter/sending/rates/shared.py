"""The buckets that all workers share, in Redis."""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from config.redis import hasty_client
from newsletter.sending.rates.bucket import Bucket
from newsletter.sending.rates.limits import Limits

TAKE = Path(__file__).with_name("take.lua").read_text(encoding="utf-8")


class AloneError(Exception):
    """For `seconds` from now every worker keeps to its share, as one has just found Redis again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"every worker keeps to its share for {seconds:.1f} s")
        self.seconds = seconds


class SharedBuckets:
    """Buckets by Redis's clock, so those of the workers need not agree."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._prefix = f"{settings.CELERY_TASK_DEFAULT_QUEUE}:rates"
        self._script = hasty_client().register_script(TAKE)

    def take(self, wanted: Mapping[str, int], everybody_alone: float = 0) -> dict[str, int]:
        """Take tokens, as `LocalBuckets.take` does.

        With `everybody_alone` nothing is taken: for so many seconds, all keep to their share.

        Raises:
            AloneError: all are keeping to their share.
            RedisError: Redis is away.

        """
        keys = [self._key("alone"), self._key("all")]
        arguments = [int(everybody_alone * 1e6), *_numbers(self._limits.everything)]
        for domain, count in wanted.items():
            keys.append(self._key(domain))
            arguments += [*_numbers(self._limits.bucket(domain)), count]
        alone, *taken = self._script(keys, arguments)
        if alone:
            raise AloneError(alone / 1e6)
        return {domain: count for domain, count in zip(wanted, taken, strict=True) if count}

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"


def _numbers(bucket: Bucket | None) -> tuple[int, int]:
    return (bucket.interval, bucket.size) if bucket else (0, 0)
