"""How many may leave now, and to where, as one round of sending asks it."""

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from django.db import DatabaseError

from config.clock import Clock
from newsletter.sending.rates import buckets
from newsletter.sending.rates.limits import Limits
from newsletter.sending.rates.parked import parked
from newsletter.sending.rates.warm_up import Allowance, WarmUp

# Tokens are taken ahead for as many mails as leave within so many seconds: fewer questions, and
# still each mail leaves about when its token was there.
AHEAD = 0.02
MOST_AHEAD = 500


class Rates:
    """What SENDING_RATE, DOMAIN_RATES and WARM_UP permit, and servers that asked for a pause.

    `wait` is how many seconds it takes, at the least, until the last of those that had to wait may
    leave. `is_shut` is set once nothing more may leave today.
    """

    def __init__(self, clock: Clock) -> None:
        self.wait = 0.0
        self.is_shut = False
        self._limits = Limits.configured()
        self._buckets = buckets.of_this_process()
        warm_up = WarmUp.configured()
        self._allowance = Allowance(warm_up, clock) if warm_up else None
        self._used_up: set[str] = set()  # domains that had no more, since something left
        self._ahead = 1
        self._granted_at: float | None = None

    @property
    def are_any(self) -> bool:
        """Tell whether anything is limited at present."""
        return self._limits.are_any or self._allowance is not None or bool(parked())

    def take(self, waiting: Sequence[str]) -> Counter[str]:
        """Return how many mails may leave now, by domain, given the domains of those that wait.

        These may be fewer than could leave: whoever gets some is to ask again. Asked is for the
        first ones; if none of them may leave, for one of each domain.
        """
        paused = parked()
        wanted = [it for it in waiting if it not in paused and it not in self._used_up]
        left, ahead = self._left_today(len(wanted)), self._look_ahead()
        taken = self._ask(wanted[:left][:ahead]) or self._ask([*dict.fromkeys(wanted)][:left])
        self._granted_at = time.monotonic() if taken else None
        if not taken:
            self._used_up.clear()
            pauses = [paused[domain] for domain in waiting if domain in paused]
            self.wait = max([self._limits.time_for(Counter(waiting)), *pauses])
        return taken

    def close(self) -> None:
        """Give back what was reserved for mails that did not leave."""
        if self._allowance:
            with suppress(DatabaseError):  # then it is lost to this day
                self._allowance.give_back()

    def _ask(self, domains: Sequence[str]) -> Counter[str]:
        """Ask for a token a mail, and remember the domains that have no more."""
        wanted = Counter(domains)
        taken = Counter(self._buckets.take(wanted) if wanted else {})
        self._used_up.update(wanted - taken)
        if self._allowance:
            self._allowance.spend(taken.total())
        return taken

    def _left_today(self, wanted: int) -> int:
        if not wanted or not self._allowance:
            return wanted
        left = self._allowance.look(wanted)
        self.is_shut = not left
        return left

    def _look_ahead(self) -> int:
        """Return for how many mails to ask: twice as many, if the last were gone in no time."""
        if self._granted_at is not None:
            is_fast = time.monotonic() - self._granted_at < AHEAD
            self._ahead = min(self._ahead * 2, MOST_AHEAD) if is_fast else max(self._ahead // 2, 1)
        return self._ahead
