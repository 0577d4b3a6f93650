"""The newest papers: whole days, the newest day first, the most noticed papers of a day first."""

import datetime as dt
from typing import NamedTuple

from django.db import connection

from digests.models import Paper, Topic
from digests.models.paper import PaperQuerySet
from digests.shown.days import SCORED_BY_DAY
from digests.trend import BEST_FIRST


class Listed(NamedTuple):
    """A paper in a list by days: on the day of its first listing."""

    day: dt.date
    paper: int

    @classmethod
    def read(cls, text: str) -> "Listed | None":
        """Read what `str` wrote; None for anything else."""
        day, _, number = text.partition("~")
        try:
            return cls(dt.date.fromisoformat(day), int(number)) if number.isdecimal() else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day}~{self.paper}"


def newest(
    topic: Topic | None, least: int, now: dt.datetime, until: dt.date = dt.date.max
) -> list[Listed]:
    """Return the papers of a topic, or all, of the days up to one: two queries.

    As many days as have `least` papers, but no fewer than one; where there are not as many, all.
    """
    shown = Paper.objects.shown().filter(first_listed_on__lte=until)
    since = _day_of(shown.filter(topics__topic=topic) if topic else shown, least)
    parameters: dict[str, dt.date | int] = {"since": since, "until": until, "now": now}
    if topic:
        parameters["topic"] = topic.pk
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_OF_TOPIC if topic else NEWEST, parameters)
        return [Listed(day, number) for number, day, *_ in cursor.fetchall()]


def following(topic: Topic, last: Listed | None, most: int, now: dt.datetime) -> list[Listed]:
    """Return the papers of a topic behind one; the first, where it is None.

    Of the day of that one all are ranked, whatever their number, and as many days before it as
    have what is missing. A paper that is no longer there leads to the beginning of its day.
    """
    if last is None:
        return newest(topic, most, now)[:most]
    of_the_day = Paper.objects.shown().filter(topics__topic=topic, first_listed_on=last.day)
    listed = newest(topic, of_the_day.count() + most, now, until=last.day)
    start = listed.index(last) + 1 if last in listed else 0
    return listed[start : start + most]


def _day_of(papers: PaperQuerySet, place: int) -> dt.date:
    """Return the day of the paper at a place, as the index has them."""
    days = papers.newest_first().values_list("first_listed_on", flat=True)
    return next(iter(days[place - 1 : place]), dt.date.min)


_LISTED = f"{SCORED_BY_DAY} AND first_listed_on <= %(until)s"
_ABOUT = """ AND EXISTS (SELECT FROM digests_papertopic about
                 WHERE about.paper_id = paper.id AND about.topic_id = %(topic)s)"""
_ORDER = f" ORDER BY first_listed_on DESC, {BEST_FIRST}"
NEWEST = _LISTED + _ORDER
NEWEST_OF_TOPIC = _LISTED + _ABOUT + _ORDER
