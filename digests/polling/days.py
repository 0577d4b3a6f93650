"""Which days of a source are to be asked for, and when: pure."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

ONE_DAY = dt.timedelta(days=1)
# After an outage, days before these are asked for by hand: their papers are no news any more
# (LOOKBACK_DAYS is 60 at most, 7 as a rule), and a source should not pay for our holidays.
CATCH_UP_DAYS = 30
FIRST_WAIT = dt.timedelta(minutes=5)
LONGEST_WAIT = dt.timedelta(hours=6)
_DOUBLINGS = 7  # FIRST_WAIT is past LONGEST_WAIT by then; a source may fail for years


class Timetable(Protocol):
    """When a source is looked at. `digests.models.Source` is one."""

    @property
    def weekdays(self) -> Collection[int]:
        """The days on which it brings papers, 0 for Monday."""

    @property
    def poll_times(self) -> Collection[dt.time]:
        """When it is looked at, in UTC."""

    @property
    def repoll_days(self) -> int:
        """For how many more days a day's list may still change."""

    @property
    def active_since(self) -> dt.date | None:
        """The first day that is fetched by itself; None where none is."""

    @property
    def is_dated(self) -> bool:
        """Whether each day has a list of its own, or there is only the present one."""


def due_days(
    timetable: Timetable, answers: Mapping[dt.date, dt.datetime], now: dt.datetime
) -> list[dt.date]:
    """Return the days to ask for at `now`, the earliest first.

    `answers` tells when each day's last good answer was asked for: at a poll moment or after it,
    that moment is done with. An answer may be empty, since a day that is not over is looked at
    again at its next moment; after its last one it is closed and never asked for again.
    """
    if timetable.active_since is None:
        return []
    if timetable.is_dated:
        days = _days_within_reach(timetable, timetable.active_since, now)
        return [day for day in days if _is_due(timetable, day, answers.get(day), now)]
    moment = _moment_of_feed(timetable, timetable.active_since, now)
    if moment is None or any(answered >= moment for answered in answers.values()):
        return []
    return [moment.date()]


def next_try(
    timetable: Timetable,
    failures: int,
    now: dt.datetime,
    *,
    chance: float,
    asked_to_wait: dt.timedelta | None = None,
) -> dt.datetime:
    """Return when to look again after `failures` in a row; `chance` is from 0 to 1.

    The wait doubles from 5 minutes to 6 hours, up to half of it less by chance, so that the clients
    of a source that comes back do not all come back at once. It ends at the source's next poll
    moment at the latest: a day whose list stays broken must not hold up this morning's. Only what
    the source asked for may last longer.
    """
    doubled = FIRST_WAIT * (1 << min(failures - 1, _DOUBLINGS))
    wait = min(doubled, LONGEST_WAIT) * (1 - chance / 2)
    moments = _moments_of(timetable, (now.date(), now.date() + ONE_DAY))
    again = min([now + wait, *(moment for moment in moments if moment > now)])
    return max(again, now + (asked_to_wait or dt.timedelta()))


def _days_within_reach(timetable: Timetable, since: dt.date, now: dt.datetime) -> Iterator[dt.date]:
    today = now.date()
    for back in range(CATCH_UP_DAYS, -1, -1):
        day = today - back * ONE_DAY
        if day >= since and day.weekday() in timetable.weekdays:
            yield day


def _is_due(
    timetable: Timetable, day: dt.date, answered: dt.datetime | None, now: dt.datetime
) -> bool:
    """Tell whether one of the day's moments has come and has had no answer.

    A Friday's list still changes on Saturday, so the moments of a day are on every day that it is
    open, whatever its weekday.
    """
    open_days = min(timetable.repoll_days, (now.date() - day).days)
    moments = _moments_of(timetable, (day + n * ONE_DAY for n in range(open_days + 1)))
    last = max((moment for moment in moments if moment <= now), default=None)
    return last is not None and (answered is None or answered < last)


def _moment_of_feed(timetable: Timetable, since: dt.date, now: dt.datetime) -> dt.datetime | None:
    """Return the last moment of an address without days, if it was within 24 hours.

    Later it is of no use: what it lists by then belongs to the next day.
    """
    days = [day for day in (now.date() - ONE_DAY, now.date()) if day >= since]
    brings = [day for day in days if day.weekday() in timetable.weekdays]
    moments = _moments_of(timetable, brings)
    return max((moment for moment in moments if now - ONE_DAY < moment <= now), default=None)


def _moments_of(timetable: Timetable, days: Iterable[dt.date]) -> Iterator[dt.datetime]:
    for day in days:
        for time in timetable.poll_times:
            yield dt.datetime.combine(day, time, dt.UTC)
