"""Days and their papers: a paper belongs to the day on which a source listed it first."""

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max, Min

from digests.models import Paper, Source
from digests.trend import BEST_FIRST, scored

# The scores of each paper on the third day after its own at the latest: from then on votes hardly
# move, and the order of a day stays.
SCORED_BY_DAY = scored("least(%(now)s, (paper.first_listed_on + 3)::timestamp AT TIME ZONE 'UTC')")


class Month(NamedTuple):
    """A month's weeks, each of seven days; of each day in it how many papers it has, if any."""

    first: dt.date
    weeks: list[list["Day"]]


class Day(NamedTuple):
    """A day in a calendar; `papers` is None for those of the months beside."""

    date: dt.date
    papers: int | None


def newest(today: dt.date) -> dt.date | None:
    """Return the last day with papers that has come."""
    shown = Paper.objects.shown().filter(first_listed_on__lte=today)
    day: dt.date | None = shown.aggregate(day=Max("first_listed_on"))["day"]
    return day


def beside(day: dt.date, today: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """Return the days with papers before and after one, of those that have come."""
    shown = Paper.objects.shown().filter(first_listed_on__lte=today)
    before = shown.filter(first_listed_on__lt=day).aggregate(day=Max("first_listed_on"))
    later = shown.filter(first_listed_on__gt=day).aggregate(day=Min("first_listed_on"))
    return before["day"], later["day"]


def ranked(day: dt.date, now: dt.datetime) -> list[int]:
    """Return the numbers of a day's papers, the best first, as the trend has it."""
    with connection.cursor() as cursor:
        cursor.execute(RANKED, {"since": day, "now": now})
        return [number for number, *_ in cursor.fetchall()]


def month_of(day: dt.date) -> Month:
    """Return the calendar of a day's month; weeks begin on Monday, as ISO 8601 has it."""
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    listed = Paper.objects.shown().filter(first_listed_on__range=(day.replace(day=1), last))
    found = listed.order_by().values_list("first_listed_on").annotate(Count("pk"))
    return _month(day.replace(day=1), dict(found))


def sources_of(day: dt.date) -> list[Source]:
    """Return the sources that brought a list on a day."""
    return [*Source.objects.filter(digests__date=day).only("slug", "name").order_by("name")]


def _month(first: dt.date, papers: Mapping[dt.date, int]) -> Month:
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    is_in = [[date.month == first.month for date in week] for week in weeks]
    return Month(
        first,
        [
            [Day(date, papers.get(date, 0) if own else None) for date, own in zip(*it, strict=True)]
            for it in zip(weeks, is_in, strict=True)
        ],
    )


RANKED = f"{SCORED_BY_DAY} AND first_listed_on = %(since)s ORDER BY {BEST_FIRST}"
