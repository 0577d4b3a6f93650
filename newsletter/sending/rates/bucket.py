"""The arithmetic of a token bucket, in whole microseconds: pure.

A bucket fills by a token every `interval` and holds `size` of them at most. All there is to keep of
it is the time at which it will be full: each token taken moves that on by an interval. So within
any span of time no more tokens are taken than `size` and one for each interval in it.
"""

from dataclasses import dataclass
from math import ceil

SECOND = 1_000_000
# What gathers within this time may leave at once. Workers that wait ask every 20 to 50 ms, so less
# would be lost for want of room.
BURST = SECOND // 10


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many tokens at most, and one more every so many microseconds."""

    interval: int
    size: int

    @classmethod
    def of(cls, rate: float) -> "Bucket":
        """Return the bucket for so many mails a second; rounding makes it slower, never faster."""
        interval = ceil(SECOND / rate)
        return cls(interval, 1 + BURST // interval)

    def share(self, among: int) -> "Bucket":
        """Return the bucket of one worker `among` so many: together they fill no faster."""
        return Bucket(self.interval * among, max(1, self.size // among))

    def empty(self, now: int) -> int:
        """Return when a bucket will be full that is empty now."""
        return now + self.size * self.interval

    def tokens(self, full_at: int, now: int) -> int:
        """Return how many tokens are in it."""
        missing = -(-max(0, full_at - now) // self.interval)
        return max(0, self.size - missing)

    def take(self, count: int, full_at: int, now: int) -> int:
        """Return when it will be full once `count` tokens are taken, which are there."""
        return max(full_at, now) + count * self.interval
