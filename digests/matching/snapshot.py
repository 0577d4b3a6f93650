"""The topics of one moment. It needs no database, so any process can match with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self

from digests.matching import catalogue
from digests.matching.matcher import Matcher
from digests.matching.own.words import OwnKind, OwnTopic
from digests.matching.paper_text import PaperText
from digests.matching.rules.language import RuleError, TopicRules

# As `Topic.Kind` has it, which only a process with Django set up may import.
CATALOGUE = "catalogue"


class Stamp(NamedTuple):
    """What tells two states of the topics apart: how many they are, and two sums.

    Versions only rise; and where as many topics came as went, their numbers are others, even if
    the newest is the same.
    """

    topics: int
    numbers: int
    versions: int


class StoredTopic(NamedTuple):
    """What matching needs to know of a topic."""

    number: int
    kind: str
    key: str
    name: str
    rules: str
    version: int

    def parsed(self) -> TopicRules:
        """Return the rules of a topic of the catalogue; raises RuleError, with its key."""
        try:
            return TopicRules.parse(self.rules)
        except RuleError as error:
            raise RuleError(f"{self.key}: {error}") from None

    def typed(self) -> OwnTopic:
        """Return what a reader typed to make this topic."""
        return OwnTopic(OwnKind(self.kind), self.key, self.name)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The topics that papers are found for, and the stamp of the moment they were read at."""

    stamp: Stamp
    topics: tuple[StoredTopic, ...]

    def matcher(self) -> Matcher[int]:
        """Return what finds them, by their numbers."""
        return matcher_of(self.topics)


def matcher_of(topics: Sequence[StoredTopic]) -> Matcher[int]:
    """Return what finds these topics, by their numbers."""
    ruled = [topic for topic in topics if topic.kind == CATALOGUE]
    return catalogue.matcher_of(
        {topic.number: topic.parsed() for topic in ruled},
        {topic.number: topic.key for topic in ruled},
        {topic.number: topic.typed() for topic in topics if topic.kind != CATALOGUE},
    )


class HasWords(Protocol):
    """A paper, parsed or stored."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def abstract(self) -> str:
        """Its abstract, or nothing."""

    @property
    def authors(self) -> Sequence[str]:
        """Its authors' names."""

    @property
    def categories(self) -> Sequence[str]:
        """Its arXiv categories."""


class Readable(NamedTuple):
    """What matching reads of a paper."""

    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]

    @classmethod
    def of(cls, paper: HasWords) -> Self:
        """Return what matching reads of this one."""
        return cls(paper.title, paper.abstract, tuple(paper.authors), tuple(paper.categories))

    def text(self) -> PaperText:
        """Return it as phrases are found in it."""
        return PaperText.of(*self)


class Matched(NamedTuple):
    """A paper's line of tokens, and its topics with the words that say so."""

    line: str
    topics: Mapping[int, Sequence[str]]

    @classmethod
    def of(cls, paper: Readable, matcher: Matcher[int]) -> Self:
        """Find the topics of a paper."""
        text = paper.text()
        return cls(text.line, matcher.match(text))


@dataclass(frozen=True, slots=True)
class Found:
    """Papers that were matched beforehand, by what was read of them, and with which topics."""

    stamp: Stamp | None = None
    papers: Mapping[Readable, Matched] = field(default_factory=dict)


NOTHING_FOUND = Found()
