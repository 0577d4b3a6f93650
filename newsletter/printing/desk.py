"""The desk: loads the stories of editions, all of a bundle's at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from digests.models import Paper, Topic
from digests.models.topic import rank
from newsletter.models import Delivery, Edition
from newsletter.printing.stories import Match, Story, chosen, of_paper
from newsletter.sending.copies import Copy

MOST_PAPERS = 6_000  # a week has some 3,500
MOST_STORIES = 12_000  # with the reasons for different readers

# What numbers stand for, and what other numbers stand for it. The version is that row's: PostgreSQL
# writes a changed row anew, at another place, and notes who did.
STANDING = """
SELECT number.id, coalesce(kept.id, number.id),
       coalesce(kept.xmin, number.xmin)::text || coalesce(kept.ctid, number.ctid)::text,
       ARRAY(SELECT id FROM digests_paper
              WHERE merged_into_id = coalesce(kept.id, number.id))
  FROM digests_paper number
  LEFT JOIN digests_paper kept ON kept.id = number.merged_into_id
 WHERE number.id = ANY(%s::bigint[])
"""
MATCHES = """
SELECT paper_id, topic_id, because
  FROM digests_papertopic
 WHERE paper_id = ANY(%s::bigint[]) AND topic_id = ANY(%s::bigint[])
"""


class Standing(NamedTuple):
    """What a number stands for today; `numbers` are all of the paper's if it has several."""

    paper: int
    version: str
    numbers: tuple[int, ...]


class Desk:
    """Loads stories, and reads a paper again only when its row has changed.

    `silent` are those editions that never had any, of all that it has loaded.
    """

    def __init__(self) -> None:
        self.silent = set[int]()
        self._versions: dict[int, str] = {}
        self._papers: dict[int, Story] = {}
        self._chosen = lru_cache(MOST_STORIES)(chosen)

    def stories(self, editions: Collection[int]) -> dict[int, list[Story]]:
        """Load the papers of editions in their order, in five queries at most.

        Two of them may have turned out to be one since the edition was composed: it comes once.
        One may have lost the words that chose it, or have been withdrawn: it stays away.
        """
        lists = Edition.objects.filter(pk__in=editions)
        rows = [*lists.values_list("pk", "paper_ids", "topic_ids")]
        self.silent.update(pk for pk, papers, _ in rows if not papers)
        standing = _standing({number for _, papers, _ in rows for number in papers})
        self._read({it.paper: it.version for it in standing.values()})
        matches = _matches(standing.values(), {topic for *_, topics in rows for topic in topics})

        def told(papers: list[int], topics: Collection[int]) -> Iterator[Story]:
            present = [standing[number] for number in papers if number in standing]
            for paper, _, numbers in dict.fromkeys(present):
                mine = tuple([it for it in matches[paper] if it.topic in topics])
                if mine and paper in self._papers:
                    yield self._chosen(self._papers[paper], mine, numbers)

        return {pk: [*told(papers, {*topics})] for pk, papers, topics in rows}

    def _read(self, versions: Mapping[int, str]) -> None:
        """Have these papers at hand in these versions, but for those that are withdrawn."""
        if len(self._versions) > MOST_PAPERS:
            self._versions.clear()
            self._papers.clear()
        changed = [it for it, version in versions.items() if version != self._versions.get(it)]
        if changed:
            found = Paper.objects.filter(pk__in=changed, withdrawn_at=None)
            read = {paper.pk: of_paper(paper) for paper in found}
            for paper in changed:
                self._papers.pop(paper, None)
                self._versions[paper] = versions[paper]
            self._papers |= read


def _standing(numbers: Collection[int]) -> dict[int, Standing]:
    """Return what each number stands for."""
    return {
        number: Standing(paper, version, (paper, *others) if others else ())
        for number, paper, version, others in _rows(STANDING, [*numbers])
    }


def _matches(papers: Iterable[Standing], topics: Collection[int]) -> dict[int, list[Match]]:
    """Return which of the topics chose a paper, and why, by paper and in their order."""
    fields = ("pk", "kind", "place", "key", "name")
    known = {
        pk: (rank(kind, place, key), pk, name, kind)
        for pk, kind, place, key, name in Topic.objects.filter(pk__in=topics).values_list(*fields)
    }
    matches = defaultdict[int, list[Match]](list)
    for paper, topic, because in _rows(MATCHES, [it.paper for it in papers], [*known]):
        matches[paper].append(Match(*known[topic], tuple(because)))
    for mine in matches.values():
        mine.sort()
    return matches


def _rows(statement: str, *numbers: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, numbers)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def seen_before(
    copies: Sequence[Copy], stories: Mapping[int, Sequence[Story]]
) -> dict[int, set[int]]:
    """Return what readers' earlier mails hold, by delivery, where a row became another one later.

    No query where no paper of the editions has more than one number, which is as good as always.
    """
    numbers = {
        edition: {number for story in told for number in story.numbers}
        for edition, told in stories.items()
    }
    asking = [copy for copy in copies if numbers[copy.edition]]
    if not asking:
        return {}
    earlier = defaultdict[int, list[tuple[dt.date, list[int]]]](list)
    for reader, date, papers in Delivery.objects.filter(
        subscriber__in={copy.subscriber for copy in asking},
        state__in=Delivery.SEEN,
        edition__paper_ids__overlap=[*set().union(*numbers.values())],
    ).values_list("subscriber", "date", "edition__paper_ids"):
        earlier[reader].append((date, papers))
    return {
        copy.delivery: {
            number
            for date, papers in earlier[copy.subscriber]
            if date < copy.date
            for number in papers
        }
        for copy in asking
    }
