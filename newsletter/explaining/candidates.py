"""What could have come to one reader on one date, and what becomes of each paper.

The rules are those of `newsletter.compose`, asked of one reader and answered paper by paper; the
order is the trend's own. A test holds the two against each other.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from digests.readable import readable
from digests.trend import STANDING
from newsletter.models import Delivery
from newsletter.printing import stories
from newsletter.printing.stories import Reason
from subscribers.models import Subscriber, Subscription


class Fate(Enum):
    """What becomes of a paper that is about something she follows."""

    COMES = "comes"
    TOO_MANY = "beyond her maximum"
    SENT = "already sent"
    EXCLUDED = "excluded"
    TOO_EARLY = "listed before she followed"
    TOO_LATE = "listed after the mail was composed"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed since"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper of the look-back window that is about something she follows.

    `reasons` are what speaks for it, as a mail says it; `because` says more of its fate.
    """

    number: int
    title: str
    listed_on: dt.date
    reasons: tuple[Reason, ...]
    fate: Fate
    because: str = ""


class _Match(NamedTuple):
    """A row of `CANDIDATES`: a paper and a topic of hers."""

    number: int
    title: str
    listed_on: dt.date
    listed_at: dt.datetime
    withdrawn_at: dt.datetime | None
    numbers: list[int]
    topic: int
    words: list[str]


def candidates(
    reader: Subscriber, choice: Sequence[Subscription], date: dt.date, composed_at: dt.datetime
) -> list[Candidate]:
    """Return all that may come on `date`, composed at that moment, the best first.

    Args:
        reader: whose maximum and earlier mails count.
        choice: what she follows and excludes, each with its topic.
        date: the local date of her morning.
        composed_at: what is listed later is too late, and votes grow until then.

    """
    since = date - dt.timedelta(days=settings.LOOKBACK_DAYS)
    judge = _Judge(choice, _sent(reader, since, date), since, composed_at)
    judged = map(
        judge.candidate, _papers([row.topic_id for row in choice], since, date, composed_at)
    )
    return [*_cut([it for it in judged if it], reader.max_papers)]


class _Judge:
    """What holds of every paper alike: her choice, and what she was sent."""

    def __init__(
        self,
        choice: Sequence[Subscription],
        sent: Mapping[int, str],
        since: dt.date,
        composed_at: dt.datetime,
    ) -> None:
        self._followed = {row.topic_id: row for row in choice if not row.excludes}
        self._excluded = {row.topic_id: row for row in choice if row.excludes}
        self._sent, self._since, self._composed_at = sent, since, composed_at

    def candidate(self, matches: Sequence[_Match]) -> Candidate | None:
        """Judge a paper by its matches with her topics; None where it is about none she follows."""
        followed = [match for match in matches if match.topic in self._followed]
        if not followed:
            return None
        fate, because = self._fate(matches, followed)
        counting = [match for match in followed if self._is_in_time(match)] or followed
        because_of = _reasons(counting, self._followed)
        paper = followed[0]
        return Candidate(
            paper.number, readable(paper.title), paper.listed_on, because_of, fate, because
        )

    def _fate(self, matches: Sequence[_Match], followed: Sequence[_Match]) -> tuple[Fate, str]:
        paper = matches[0]
        unwanted = [
            self._excluded[it.topic].topic.name for it in matches if it.topic in self._excluded
        ]
        earlier = [self._sent[number] for number in paper.numbers if number in self._sent]
        if paper.withdrawn_at:
            return Fate.WITHDRAWN, f"on {paper.withdrawn_at:%Y-%m-%d}"
        if unwanted:
            return Fate.EXCLUDED, f"by {', '.join(unwanted)}"
        if earlier:
            return Fate.SENT, earlier[0]
        if not any(map(self._is_in_time, followed)):
            return Fate.TOO_EARLY, self._first_followed(followed)
        if paper.listed_at > self._composed_at:
            return Fate.TOO_LATE, f"at {paper.listed_at:%Y-%m-%d %H:%M} UTC"
        return Fate.COMES, ""

    def _is_in_time(self, match: _Match) -> bool:
        return match.listed_on >= max(self._followed[match.topic].since, self._since)

    def _first_followed(self, followed: Sequence[_Match]) -> str:
        first = min((self._followed[match.topic] for match in followed), key=lambda row: row.since)
        return f"{first.topic.name} since {first.since}, listed on {followed[0].listed_on}"


def _reasons(matches: Sequence[_Match], followed: Mapping[int, Subscription]) -> tuple[Reason, ...]:
    """Say what speaks for a paper, in the words of a mail."""
    topics = [(followed[match.topic].topic, match.words) for match in matches]
    chosen_by = [
        stories.Match(it.rank, it.pk, it.name, it.kind, tuple(words)) for it, words in topics
    ]
    return stories.reasons(sorted(chosen_by))


def _cut(judged: Sequence[Candidate], most: int) -> Iterator[Candidate]:
    """Yield the candidates; of those that might come, as many do as she takes."""
    place = 0
    for one in judged:
        place += one.fate is Fate.COMES
        if one.fate is Fate.COMES and place > most:
            yield replace(one, fate=Fate.TOO_MANY, because=f"number {place}, and she takes {most}")
        else:
            yield one


def _sent(reader: Subscriber, since: dt.date, before: dt.date) -> dict[int, str]:
    """Return when each paper was in a mail that she has or may have, by all its numbers."""
    mails = Delivery.objects.filter(
        subscriber=reader, date__gte=since, date__lt=before, state__in=Delivery.SEEN
    )
    rows = mails.order_by("-date").values_list("date", "state", "edition__paper_ids")
    return {paper: f"on {date}, {state}" for date, state, papers in rows for paper in papers}


def _papers(
    topics: Collection[int], since: dt.date, until: dt.date, now: dt.datetime
) -> list[list[_Match]]:
    """Return the papers of the window that are about any of these topics, the best first."""
    parameters: dict[str, Any] = {"topics": [*topics], "since": since, "until": until, "now": now}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STANDING, parameters)
        cursor.execute(CANDIDATES, parameters)
        matches = [*map(_Match._make, cursor.fetchall())]
        cursor.execute("DROP TABLE standing")
    return [[*rows] for _, rows in groupby(matches, key=lambda match: match.number)]


CANDIDATES = """
SELECT paper.id, title, paper.first_listed_on,
       (SELECT min(listed_at) FROM digests_digestpaper WHERE paper_id = paper.id),
       withdrawn_at, coalesce(numbers, ARRAY[paper.id]), topic_id, because
  FROM digests_paper paper
  JOIN digests_papertopic ON paper_id = paper.id
  LEFT JOIN standing ON standing.id = paper.id
 WHERE paper.first_listed_on BETWEEN %(since)s AND %(until)s
   AND topic_id = ANY(%(topics)s) AND (standing.id IS NOT NULL OR withdrawn_at IS NOT NULL)
 ORDER BY score DESC NULLS LAST, standing.place, paper.id, topic_id
"""
