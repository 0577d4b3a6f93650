"""When a reader's mornings are: pure arithmetic on her zone, hour and days."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

EVERY_DAY = 0b111_1111
MONDAY_TO_FRIDAY = 0b001_1111
SINGLE_DAYS = (1, 2, 4, 8, 16, 32, 64)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The hour (0-23) of the days on which mail is due, in one IANA time zone.

    `days` is a set of bits, Monday the lowest: one small number that groups readers well in SQL.
    """

    time_zone: str
    hour: int
    days: int = EVERY_DAY

    @property
    def is_weekly(self) -> bool:
        """Tell whether mail is due on one day of the week alone."""
        return is_weekly(self.days)

    def last_due(self, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
        """Return the latest morning that has begun by `now`: its local date and its moment."""
        return next(due for due in self._mornings(now, backwards=True) if due[1] <= now)

    def morning(self, due_at: dt.datetime, now: dt.datetime) -> tuple[dt.date, dt.datetime]:
        """Return the local date and the moment of the morning of a reader due since `due_at`.

        It is the latest that has begun: what an outage missed is not made up for day by day. Who
        is due between two mornings, as who has just confirmed, has one of her own.
        """
        date, moment = self.last_due(now)
        if due_at <= moment:
            return date, moment
        return self.date_at(due_at), due_at

    def next_due(self, now: dt.datetime) -> dt.datetime:
        """Return the moment at which the first morning after `now` begins."""
        return next(moment for _, moment in self._mornings(now) if moment > now)

    def first_due(self, since: dt.datetime) -> dt.datetime:
        """Return the moment at which the first morning begins that is not before `since`."""
        return self.next_due(since - dt.timedelta.resolution)

    def begins(self, date: dt.date) -> dt.datetime | None:
        """Return the moment at which her morning of `date` begins; None where she has none."""
        is_hers = self.days >> date.weekday() & 1
        return self._moment(date) if is_hers else None

    def date_at(self, moment: dt.datetime) -> dt.date:
        """Return the date that it is where she lives."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def midnight(self, date: dt.date) -> dt.datetime:
        """Return the moment at which `date` begins where she lives."""
        return self._at(date, 0)

    def _mornings(
        self, now: dt.datetime, *, backwards: bool = False
    ) -> Iterator[tuple[dt.date, dt.datetime]]:
        step = -ONE_DAY if backwards else ONE_DAY
        date = self.date_at(now) - step  # a change of clocks may lie between
        while True:
            if moment := self.begins(date):
                yield date, moment
            date += step

    def _moment(self, date: dt.date) -> dt.datetime | None:
        """Return the hour of `date` in UTC.

        An hour that the clocks skip comes as much later as they jump, an hour that comes twice
        means its first coming (PEP 495, fold 0). A date that the zone skipped has no morning, such
        as 30 December 2011 in Samoa.
        """
        exists = self.midnight(date) < self.midnight(date + ONE_DAY)
        return self._at(date, self.hour) if exists else None

    def _at(self, date: dt.date, hour: int) -> dt.datetime:
        local = dt.datetime.combine(date, dt.time(hour), ZoneInfo(self.time_zone))
        return local.astimezone(dt.UTC)


def is_weekly(days: int) -> bool:
    """Tell whether these days (bits) are one day of the week alone."""
    return days in SINGLE_DAYS


def days_to_bits(weekdays: Collection[int]) -> int:
    """Pack weekday numbers (0 is Monday) into one number."""
    return sum(1 << weekday for weekday in set(weekdays))


def bits_to_days(days: int) -> list[int]:
    """Unpack what `days_to_bits` packed, Monday first."""
    return [weekday for weekday in range(7) if days >> weekday & 1]
