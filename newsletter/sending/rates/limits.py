"""What the configuration permits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from django.conf import settings

from config.pace import EVERY_OTHER
from newsletter.sending.rates.bucket import SECOND, Bucket


@dataclass(frozen=True, slots=True)
class Limits:
    """A bucket for everything, for some domains, and for each other domain; None is no limit."""

    everything: Bucket | None = None
    domains: Mapping[str, Bucket] = field(default_factory=dict)
    every_other: Bucket | None = None

    @classmethod
    def configured(cls, workers: int = 1) -> Self:
        """Return the limits of the settings, or the share of one worker among several."""

        def bucket(rate: float) -> Bucket:
            return Bucket.of(rate).share(workers)

        domains = {name: bucket(rate) for name, rate in settings.DOMAIN_RATES.items()}
        every_other = domains.pop(EVERY_OTHER, None)
        everything = settings.SENDING_RATE
        return cls(bucket(everything) if everything else None, domains, every_other)

    @property
    def are_any(self) -> bool:
        """Tell whether anything is limited."""
        return bool(self.everything or self.domains or self.every_other)

    def bucket(self, domain: str) -> Bucket | None:
        """Return the bucket of a domain."""
        return self.domains.get(domain, self.every_other)

    def time_for(self, waiting: Mapping[str, int]) -> float:
        """Return how many seconds so many mails take their domains at the least."""
        buckets = ((self.bucket(domain), count) for domain, count in waiting.items())
        times = (count * bucket.interval for bucket, count in buckets if bucket)
        return max(times, default=0) / SECOND
