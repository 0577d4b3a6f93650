"""A warm-up: a new sender's first days, on which mail servers trust it with a little and then more.

The first day may have so many editions, and each day (UTC) twice as many as the one before, which
is what large receivers and providers advise at the most. Those beyond it stay planned: they leave
after midnight, or expire with their morning and their papers come with the next.

Workers take from the day's row in PostgreSQL before they send, so the number holds on any number of
hosts and with no Redis; what a killed worker had taken is lost to that day.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Self

from django.conf import settings
from django.db import transaction
from django.db.models import F

from config.clock import Clock
from newsletter.models import WarmUpDay

# After so many doublings there is no limit that anybody would notice.
DOUBLINGS = 24
# So many are taken from a day at once; as many a kill may cost it.
TAKEN_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class WarmUp:
    """On the first day so many editions, then twice as many each day."""

    first_day: dt.date
    editions: int

    @classmethod
    def configured(cls) -> Self | None:
        """Return the warm-up of the settings, if there is one."""
        return cls(*settings.WARM_UP) if settings.WARM_UP else None

    def most(self, day: dt.date) -> int | None:
        """Return how many editions a day may have; None is any number."""
        days = (day - self.first_day).days
        return self.editions << days if 0 <= days < DOUBLINGS else None


class Allowance:
    """What one worker may send of the day."""

    def __init__(self, warm_up: WarmUp, clock: Clock) -> None:
        self._warm_up = warm_up
        self._clock = clock
        self._day = clock().date()
        self._left = 0

    def look(self, wanted: int) -> int:
        """Return how many of those wanted may leave today, if any; more may be there later on."""
        today = self._clock().date()
        most = self._warm_up.most(today)
        if most is None:
            return wanted
        if today != self._day:
            self._day, self._left = today, 0
        if not self._left:
            self._left = take(today, min(wanted, TAKEN_AT_ONCE), most)
        return min(wanted, self._left)

    def spend(self, count: int) -> None:
        """Note that so many leave."""
        self._left = max(0, self._left - count)

    def give_back(self) -> None:
        """Give back to the day what was not spent."""
        if self._left:
            WarmUpDay.objects.filter(date=self._day).update(taken=F("taken") - self._left)
            self._left = 0


@transaction.atomic
def take(day: dt.date, count: int, most: int) -> int:
    """Take up to `count` editions of a day, which has `most` in all; return how many there were."""
    WarmUpDay.objects.get_or_create(date=day)
    row = WarmUpDay.objects.select_for_update().get(date=day)
    taken = max(0, min(count, most - row.taken))
    WarmUpDay.objects.filter(date=day).update(taken=F("taken") + taken)
    return taken
