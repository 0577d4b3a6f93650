"""Measure topics as search engines are measured: on papers that somebody has judged.

A judged paper names its topics in two lists: `core`, of which a follower must not miss it, and
`touch`, which it may be sent to. A topic in neither is wrong for it. Hence

    precision   the share of papers sent that are core or touch
    recall      the share of core papers that are sent
    F1          their harmonic mean
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self, TypeAlias

from digests.matching.hits import Hits
from digests.matching.matcher import Matcher
from digests.matching.paper_text import PaperText
from digests.text import clean

# The phrases that speak for each topic.
Reasons: TypeAlias = Mapping[str, Sequence[str]]


class LabelError(Exception):
    """A line of judged papers that cannot be read: which, and why."""


@dataclass(frozen=True, slots=True)
class JudgedPaper:
    """A paper and the slugs of the topics that it was judged to belong to."""

    title: str
    abstract: str
    core: frozenset[str]
    touch: frozenset[str]

    def text(self) -> PaperText:
        """Return it as phrases are found in it; ingest cleans papers too."""
        return PaperText.of(clean(self.title), clean(self.abstract))


class Outcome(NamedTuple):
    """What became of a judged paper: the topics it was sent to, and all that it says for any.

    Both are the phrases of each topic, those that count most first.
    """

    paper: JudgedPaper
    sent: Reasons
    said: Reasons = {}

    @classmethod
    def of(cls, paper: JudgedPaper, matcher: Matcher[str]) -> Self:
        """Match a paper."""
        text = paper.text()
        said, _ = matcher.evidence(text)
        return cls(paper, matcher.match(text), {slug: _by_hits(own) for slug, own in said.items()})


@dataclass(slots=True)
class Tally:
    """Counts over pairs of paper and topic: `sent`, of these `right`; `core`, of these `found`."""

    sent: int = 0
    right: int = 0
    core: int = 0
    found: int = 0

    @property
    def precision(self) -> float:
        """The share of what was sent that belonged there; 1 where nothing was sent."""
        return self.right / self.sent if self.sent else 1.0

    @property
    def recall(self) -> float:
        """The share of what must not be missed that was sent; 1 where there was no such paper."""
        return self.found / self.core if self.core else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two; 0 where both are."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Mistake:
    """A paper that a topic missed or was wrongly sent, with the phrases that spoke for it."""

    topic: str
    title: str
    because: tuple[str, ...] = ()


@dataclass(slots=True)
class Evaluation:
    """What matching came to over all judged papers."""

    papers: int = 0
    topics: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    misses: list[Mistake] = field(default_factory=list)
    false_alarms: list[Mistake] = field(default_factory=list)

    @property
    def overall(self) -> Tally:
        """The counts of all topics together, where each pair counts once."""
        return sum(self.topics.values(), Tally())


def read_judged(lines: Iterable[bytes], known: Collection[str]) -> list[JudgedPaper]:
    """Read judged papers, one JSON object a line, whose topics must be among the `known` slugs.

    Raises:
        LabelError: with the line and the reason, where one cannot be read.

    """
    return [_judged(line, number, known) for number, line in enumerate(lines, 1) if line.strip()]


def evaluate(outcomes: Iterable[Outcome], topics: Iterable[str]) -> Evaluation:
    """Count, for every topic, what was matched against what was judged.

    Mistakes of the topics with most of them come first: there is most to be gained.
    """
    found = Evaluation(topics={topic: Tally() for topic in topics})
    for outcome in outcomes:
        found.papers += 1
        for topic, tally in found.topics.items():
            _count(tally, outcome.paper, topic, is_sent=topic in outcome.sent)
        _note_mistakes(found, outcome)
    for mistakes in (found.misses, found.false_alarms):
        often = Counter(mistake.topic for mistake in mistakes)
        mistakes.sort(key=lambda mistake: (-often[mistake.topic], mistake.topic))
    return found


def _count(tally: Tally, paper: JudgedPaper, topic: str, *, is_sent: bool) -> None:
    is_core = topic in paper.core
    tally.sent += is_sent
    tally.right += is_sent and (is_core or topic in paper.touch)
    tally.core += is_core
    tally.found += is_sent and is_core


def _note_mistakes(found: Evaluation, outcome: Outcome) -> None:
    paper, sent, said = outcome
    for topic in sorted(paper.core - sent.keys()):
        found.misses.append(Mistake(topic, paper.title, (*said.get(topic, ()),)))
    for topic in sorted(sent.keys() - paper.core - paper.touch):
        found.false_alarms.append(Mistake(topic, paper.title, (*sent[topic],)))


def _by_hits(said: Mapping[str, Hits]) -> tuple[str, ...]:
    return (
        *sorted(said, key=lambda phrase: (-said[phrase].title, -said[phrase].abstract, phrase)),
    )


def _judged(line: bytes, number: int, known: Collection[str]) -> JudgedPaper:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LabelError(f"line {number}: this is not JSON") from error
    title, abstract = (_text(record, name, number) for name in ("title", "abstract"))
    core, touch = (_slugs(record, name, number) for name in ("core", "touch"))
    if unknown := sorted((core | touch) - {*known}):
        raise LabelError(f"line {number}: there is no topic {unknown[0]!r} in the catalogue")
    return JudgedPaper(title, abstract, core, touch)


def _text(record: Any, name: str, number: int) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, str):
        raise LabelError(f"line {number}: there is no text under {name!r}")
    return value


def _slugs(record: Any, name: str, number: int) -> frozenset[str]:
    value = record.get(name, [])
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        raise LabelError(f"line {number}: there is no list of topics under {name!r}")
    return frozenset(value)
