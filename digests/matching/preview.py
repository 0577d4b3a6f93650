"""What following something would bring: how many papers a day, and of own words the newest titles.

A reader who chooses sees this beside every topic of the catalogue, and beneath words that nobody
need have typed before. It looks at papers alone: nothing here tells who follows what.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import NamedTuple

from django.db import connection
from django.db.models import Count

from config.fresh import kept
from digests.matching import rematch
from digests.matching.own.few_finder import FewFinder
from digests.matching.own.words import OwnKind, OwnTopic
from digests.models import Paper, Topic
from digests.models.paper import SHOWN

MONTH = rematch.WINDOW
TITLES = 2
# Of fewer papers in a month, any word of their common subject is in more than a third.
ENOUGH_PAPERS = 50
# What is in more than one paper of so many says nothing about what its reader wants.
TOO_COMMON = 3


class Brought(NamedTuple):
    """How many papers of the last 30 days something brought, and of own words the newest titles.

    `days` are those on which papers came at all: on a weekend none do, and no mail either.
    """

    month: int = 0
    days: int = 0
    titles: tuple[str, ...] = ()

    @property
    def a_day(self) -> int:
        """About how many papers come on a day; 0 where it is less than one."""
        return round(self.month / self.days) if self.month >= self.days > 0 else 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What each of a reader's own topics would have brought, out of so many papers of a month."""

    papers: int = 0
    brought: Mapping[OwnTopic, Brought] = field(default_factory=dict)

    def is_too_common(self, topic: OwnTopic) -> bool:
        """Tell whether these are words that choose hardly anything; names always choose."""
        is_tried = topic.kind is OwnKind.WORDS and self.papers >= ENOUGH_PAPERS
        return is_tried and self.brought[topic].month * TOO_COMMON > self.papers


def of_catalogue(today: dt.date) -> dict[int, Brought]:
    """Return what each topic that is no reader's own brought, by number, if it brought anything.

    Everybody who opens the front page asks for it.
    """
    return kept(f"brought:{today}", partial(_of_catalogue, today))


def of_own(topics: Collection[OwnTopic], today: dt.date) -> Preview:
    """Have the papers of the last month meet these topics, stored or not, in one pass."""
    if not topics:
        return Preview()
    finder = FewFinder(topics)
    found: dict[OwnTopic, list[int]] = {topic: [] for topic in topics}
    papers = 0
    for paper, text in rematch.wordings(_first_day(today)):
        papers += 1
        for topic in finder.find(text):
            found[topic].append(paper)
    return Preview(papers, _told(found, today))


def _first_day(today: dt.date) -> dt.date:
    return today - MONTH + dt.timedelta(days=1)


def _of_catalogue(today: dt.date) -> dict[int, Brought]:
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, {"month": _first_day(today), "own": [*Topic.OWN]})
        rows = cursor.fetchall()
    days = _days(today)
    return {topic: Brought(month, days) for topic, month in rows}


def _told(found: Mapping[OwnTopic, list[int]], today: dt.date) -> dict[OwnTopic, Brought]:
    """Return what was found, papers newest first, as it is shown."""
    days = _days(today)
    titles = _titles(papers[:TITLES] for papers in found.values())
    return {
        topic: Brought(len(papers), days, titles(papers[:TITLES]))
        for topic, papers in found.items()
    }


def _days(today: dt.date) -> int:
    """Return on how many days of the month papers came."""
    papers = Paper.objects.shown().filter(first_listed_on__gte=_first_day(today))
    days: int = papers.aggregate(days=Count("first_listed_on", distinct=True))["days"]
    return days


def _titles(lists: Iterable[list[int]]) -> Callable[[list[int]], tuple[str, ...]]:
    """Return what gives the titles of each of these lists, all read by one query."""
    papers = Paper.objects.only("title").in_bulk({*chain.from_iterable(lists)})
    return lambda numbers: tuple(papers[it].shown_title for it in numbers if it in papers)


BROUGHT = """
SELECT topic_id, count(*)
  FROM digests_papertopic
  JOIN digests_topic topic ON topic.id = topic_id AND kind <> ALL(%(own)s)
  JOIN digests_paper paper ON paper.id = paper_id
 WHERE first_listed_on >= %(month)s AND <shown>
 GROUP BY topic_id
""".replace("<shown>", SHOWN)
