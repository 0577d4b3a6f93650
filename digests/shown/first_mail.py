"""What a choice would bring now: the papers of the look-back window, in the order of a mail.

A stranger who chooses sees by it what she would have been sent this morning. The rules are those
of composing for somebody who has seen nothing yet and may have all that still waits for readers;
and as in composing, what a topic brings is a string of bits, one for each rank.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import reduce
from itertools import islice
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from config.fresh import kept
from digests.matching import rematch
from digests.matching.own.few_finder import FewFinder
from digests.matching.own.words import OwnTopic
from digests.models import Paper, PaperTopic, Topic
from digests.shown.reasons import Reason, worth_saying
from digests.trend import BEST_FIRST, scored


class BroughtPaper(NamedTuple):
    """A paper, and why it comes: the most particular reason first, and always one.

    Own words speak for themselves: their reason is a topic that is not stored, without words.
    """

    paper: Paper
    reasons: tuple[Reason, ...]


class _Window(NamedTuple):
    """The papers of the window by rank, the best first, and the ranks that each topic brings."""

    papers: list[int]
    brought: Mapping[int, int]


def papers_for(
    topics: Collection[Topic],
    own: Collection[OwnTopic],
    excluded: Collection[OwnTopic],
    now: dt.datetime,
    most: int,
) -> list[BroughtPaper]:
    """Return the first papers, `most` of them, that somebody who wants this would get now.

    `now` is told by a clock where she lives, so that its date is the one that her mail would have.
    Where a stranger lives nobody knows: UTC will do.
    Two queries where nothing is typed. Own words are looked for in the texts of all papers of the
    window, which takes some hundredths of a second: limit who may ask for that how often.
    """
    window = _window(now)
    heard = _heard({*own, *excluded}, window, now.date())
    wanted = _union(window.brought.get(topic.pk, 0) for topic in topics)
    wanted |= _union(heard[it] for it in own)
    ranks = [*islice(_ones(wanted & ~_union(heard[it] for it in excluded)), most)]
    said = {
        window.papers[rank]: [_own_reason(it) for it in own if heard[it] >> rank & 1]
        for rank in ranks
    }
    return _told(said, topics)


def _told(said: Mapping[int, list[Reason]], topics: Collection[Topic]) -> list[BroughtPaper]:
    """Return these papers with their reasons; who went since they were ranked stays away.

    `said` are the papers in their order, each with what speaks for it besides these topics.
    """
    papers = Paper.objects.shown().in_bulk([*said])
    known = {topic.pk: topic for topic in topics}
    reasons = defaultdict(list, said)
    found = PaperTopic.objects.filter(paper__in=[*said], topic__in=[*known])
    for paper, topic, because in found.values_list("paper", "topic", "because"):
        reasons[paper].append(Reason(known[topic], tuple(because)))
    return [
        BroughtPaper(papers[it], _best_first(reasons[it]))
        for it in said
        if it in papers and reasons[it]
    ]


def _window(now: dt.datetime) -> _Window:
    """Return the window, ranked some minutes ago at most: everybody asks for it."""
    return kept(f"first-mail:{now.date()}", lambda: _read_window(now))


def _read_window(now: dt.datetime) -> _Window:
    with connection.cursor() as cursor:
        days = {"since": _first_day(now.date()), "until": now.date(), "now": now}
        cursor.execute(RANKED, days)
        papers = [number for number, *_ in cursor.fetchall()]
        cursor.execute(BROUGHT, {"papers": papers, "own": [*Topic.OWN]})
        brought = cursor.fetchall()
    ranks = {number: rank for rank, number in enumerate(papers)}
    return _Window(
        papers, {topic: _union(1 << ranks[it] for it in found) for topic, found in brought}
    )


def _first_day(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=settings.LOOKBACK_DAYS)


def _heard(topics: Collection[OwnTopic], window: _Window, today: dt.date) -> dict[OwnTopic, int]:
    """Return the ranks of the papers that say each of these, stored or not, in one pass."""
    heard = dict.fromkeys(topics, 0)
    if not topics:
        return heard
    finder = FewFinder(topics)
    ranks = {number: rank for rank, number in enumerate(window.papers)}
    for paper, text in rematch.wordings(_first_day(today)):
        if paper in ranks:
            for topic in finder.find(text):
                heard[topic] |= 1 << ranks[paper]
    return heard


def _union(strings: Iterable[int]) -> int:
    return reduce(or_, strings, 0)


def _ones(bits: int) -> Iterator[int]:
    """Yield the places of the ones, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _own_reason(typed: OwnTopic) -> Reason:
    return Reason(Topic(kind=typed.kind.value, key=typed.key, name=typed.name))


def _best_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(worth_saying(sorted(reasons, key=lambda it: it.topic.rank)))


# The papers of a mail of today, in its order.
RANKED = f"{scored()} AND first_listed_on <= %(until)s ORDER BY {BEST_FIRST}"

BROUGHT = """
SELECT topic_id, array_agg(paper_id)
  FROM digests_papertopic
  JOIN digests_topic topic ON topic.id = topic_id AND kind <> ALL(%(own)s)
 WHERE paper_id = ANY(%(papers)s)
 GROUP BY topic_id
"""
