"""What is wrong with a source, in an operator's words: what happened, and what to do about it.

A week-end is no fault, nor is any day that is none of the source's weekdays; and what was switched
on just now has had no time to fail. Days are those of UTC.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from statistics import median

from digests.models import Source
from digests.polling.days import ONE_DAY
from digests.text import clean

MANY_FAILURES = 3
# The longest time between two good looks at a source that is looked at once on each of its days:
# one such day, and two hours for a worker that is busy.
A_WORKING_DAY = dt.timedelta(hours=26)
FRESH = dt.timedelta(hours=24)  # a feed is written anew every day, with or without papers
SILENT_DAYS = 2  # one may be a holiday
FEW = 3  # a third of the usual
ENOUGH_DAYS = 5  # fewer tell nothing of what is usual
# How far days are looked at: any source has two of its weekdays in a fortnight.
FORTNIGHT = 14
LONGEST_QUOTE = 200  # characters of an error


@dataclass(frozen=True, slots=True)
class Fault:
    """A name short enough for a label, and the whole sentence."""

    name: str
    text: str
    is_grave: bool = False  # nothing comes in; else something may be missing

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stored about how a source did."""

    source: Source
    papers: Mapping[dt.date, int]  # of its last digests, the newest first
    polled: frozenset[dt.date]  # for which of the last fortnight's days it answered
    newest_day: dt.date | None = None  # of the newest digest with a paper it had not listed before

    def usual(self, today: dt.date) -> float | None:
        """Return how many papers it has on one of its weekdays, None where that cannot be told."""
        days = self.source.weekdays
        over = [
            papers for day, papers in self.papers.items() if day < today and day.weekday() in days
        ]
        return median(over) if len(over) >= ENOUGH_DAYS else None


def faults(facts: Facts, now: dt.datetime) -> tuple[Fault, ...]:
    """Return what is wrong with a source, the gravest first; nothing is, while it is off."""
    if not facts.source.is_active:
        return ()
    days = [*_days_over(facts.source, now)]
    found = (
        _failing(facts.source, now) or _not_fetched(facts.source, now),
        _missed(facts, days)
        or _stale(facts, days)
        or _no_papers(facts, days)
        or _few_papers(facts, days, now),
    )
    return tuple(fault for fault in found if fault)


def _failing(source: Source, now: dt.datetime) -> Fault | None:
    is_late = source.failures and _is_late(source, now)
    if source.failures < MANY_FAILURES and not is_late:
        return None
    times = "once" if source.failures == 1 else f"{source.failures} times in a row"
    last = clean(source.last_error)[:LONGEST_QUOTE] or "no reason is on record"
    return Fault("failing", f"{times}, last: {last}", is_grave=True)


def _not_fetched(source: Source, now: dt.datetime) -> Fault | None:
    if not _is_late(source, now):
        return None
    last = source.last_success_at
    since = (
        f"since {_moment(last)}" if last else f"since it became active on {_active_since(source)}"
    )
    return Fault("not fetched", f"{since}; see that worker and beat are running", is_grave=True)


def _missed(facts: Facts, days: list[dt.date]) -> Fault | None:
    """Tell of days without an answer that nobody can ask for any more: a feed has only today."""
    missed = [*takewhile(lambda day: day not in facts.polled, days)]
    if facts.source.is_dated or not missed or max(facts.polled, default=missed[0]) <= missed[0]:
        return None
    count = "one day" if len(missed) == 1 else f"{len(missed)} days"
    return Fault(
        "missed",
        f"{count} without an answer, last {missed[0]:%A} {missed[0]}, and it has only its present "
        "list; save that of the day from its web page, and ingest it",
    )


def _stale(facts: Facts, days: list[dt.date]) -> Fault | None:
    source, newest = facts.source, facts.newest_day
    built, seen = source.built_at, source.last_success_at
    if built is None or seen is None or seen - built > FRESH:
        return None
    silent = [day for day in days if day in facts.polled and (newest is None or day > newest)]
    if len(silent) < SILENT_DAYS:
        return None
    papers = f"its newest papers are of {newest}" if newest else "it never brought a paper"
    return Fault(
        "stale",
        f"it says that it was built at {_moment(built)}, but {papers}; "
        "compare its web page, and see whether the address has moved",
    )


def _no_papers(facts: Facts, days: list[dt.date]) -> Fault | None:
    day = days[0] if days else None
    if day is None or facts.papers.get(day) or day not in facts.polled:
        return None
    return Fault(
        "no papers",
        f"none on {day:%A} {day}, though it answered; "
        "unless that was a holiday, look at the address in a browser",
    )


def _few_papers(facts: Facts, days: list[dt.date], now: dt.datetime) -> Fault | None:
    papers = facts.papers.get(days[0]) if days else None
    usual = facts.usual(now.date())
    if not papers or usual is None or papers * FEW >= usual:
        return None
    return Fault(
        "few papers",
        f"{papers} on {days[0]:%A} {days[0]} against {usual:.0f} as usual; "
        "see on its web page whether the list was cut short",
    )


def _days_over(source: Source, now: dt.datetime) -> Iterator[dt.date]:
    """Give its weekdays that are over, the newest first, since it is active."""
    since = _active_since(source)
    for age in range(1, FORTNIGHT + 1):
        day = now.date() - age * ONE_DAY
        if day >= since and day.weekday() in source.weekdays:
            yield day


def _is_late(source: Source, now: dt.datetime) -> bool:
    """Tell whether a working day has gone by since it answered, or was switched on.

    At what hour it was switched on is not known, so that day does not count.
    """
    first = _midnight(_active_since(source) + ONE_DAY)
    return _working_time(source, max(source.last_success_at or first, first), now) > A_WORKING_DAY


def _working_time(source: Source, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """Return how much of the time in between belongs to its weekdays."""
    total = dt.timedelta()
    for age in range(FORTNIGHT + 1):
        start = _midnight(until.date() - age * ONE_DAY)
        if start.weekday() in source.weekdays:
            total += max(min(until, start + ONE_DAY) - max(since, start), dt.timedelta())
    return total


def _active_since(source: Source) -> dt.date:
    return source.active_since or dt.date.min


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"
