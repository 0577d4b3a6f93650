"""The buckets of one process."""

import time
from collections.abc import Mapping

from newsletter.sending.rates.bucket import Bucket
from newsletter.sending.rates.limits import Limits

EVERYTHING = ""  # no domain has this name


class LocalBuckets:
    """Buckets that begin empty, since nobody knows what was taken elsewhere before."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._full_at: dict[str, int] = {}

    def take(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Take a token of its domain's bucket and one of everything's for each mail that may leave.

        `wanted` says how many mails wait for each domain. Returns how many of them may leave;
        domains without any are left out.
        """
        now = time.monotonic_ns() // 1000
        left = self._most(EVERYTHING, self._limits.everything, sum(wanted.values()), now)
        taken = {}
        for domain, count in wanted.items():
            bucket = self._limits.bucket(domain)
            if grant := self._most(domain, bucket, min(count, left), now):
                self._take(domain, bucket, grant, now)
                taken[domain] = grant
                left -= grant
        self._take(EVERYTHING, self._limits.everything, sum(taken.values()), now)
        return taken

    def _most(self, name: str, bucket: Bucket | None, wanted: int, now: int) -> int:
        if bucket is None:
            return wanted
        return min(wanted, bucket.tokens(self._full_at.setdefault(name, bucket.empty(now)), now))

    def _take(self, name: str, bucket: Bucket | None, count: int, now: int) -> None:
        if bucket:
            self._full_at[name] = bucket.take(count, self._full_at[name], now)
