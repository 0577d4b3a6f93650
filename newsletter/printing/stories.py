"""A paper as a mail shows it, and why it is there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from digests.models import Paper, Topic

MOST_REASONS, MOST_AUTHORS, MOST_WORDS = 4, 3, 3

Kind = Topic.Kind
# The most particular reason comes first.
PARTICULAR = (Kind.AUTHOR, Kind.WORDS, Kind.CATALOGUE, Kind.CATEGORY, Kind.EVERYTHING)


@dataclass(frozen=True, slots=True)
class Reason:
    """A topic of the reader's that chose a paper, and the words that spoke for it.

    Her own words speak for themselves.
    """

    name: str
    words: tuple[str, ...] = ()
    kind: str = Kind.CATALOGUE

    @property
    def topic(self) -> str:
        """What the reader calls it."""
        return f"by {self.name}" if self.kind == Kind.AUTHOR else self.name

    def __str__(self) -> str:
        return f"{self.topic}: {', '.join(self.words)}" if self.words else self.topic


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A paper as a mail shows it. One object stands for it in all mails, so it is equal to itself.

    `numbers` are those under which it was sent before its rows turned out to be one.
    """

    title: str
    authors: str
    abstract: str
    link: str
    reasons: tuple[Reason, ...] = ()
    numbers: tuple[int, ...] = ()


class Choice(NamedTuple):
    """A topic that chose a paper; in order of rank they are the order of its reasons."""

    rank: tuple[int, int, str]
    topic: int
    name: str
    kind: str
    because: tuple[str, ...]


def rank(kind: str, place: int, key: str) -> tuple[int, int, str]:
    """Return what puts topics in order: the most particular first, then as on the form."""
    return PARTICULAR.index(Kind(kind)), place, key


def of_paper(paper: Paper) -> Story:
    """Return a paper's story, for which there is no reason yet."""
    return Story(paper.shown_title, _authors(paper.shown_authors), paper.shown_abstract, paper.link)


def chosen(paper: Story, choices: Sequence[Choice], numbers: tuple[int, ...]) -> Story:
    """Return a paper's story for readers of these topics."""
    reasons = [*_reasons(choices)]
    # "Everything" is a reason only where there is no better one.
    better = [reason for reason in reasons if reason.kind != Kind.EVERYTHING]
    return replace(paper, reasons=tuple(better or reasons)[:MOST_REASONS], numbers=numbers)


def _reasons(choices: Sequence[Choice]) -> Iterator[Reason]:
    """Yield reasons, which need not name again what the reader's own words have said before."""
    said = set[str]()
    for choice in choices:
        new = [word for word in choice.because if word.casefold() not in said]
        words = () if choice.kind in Topic.OWN else tuple(new[:MOST_WORDS])
        yield Reason(choice.name, words, choice.kind)
        said.add(choice.name.casefold())


def _authors(names: list[str]) -> str:
    more = len(names) - MOST_AUTHORS
    shown = ", ".join(names[:MOST_AUTHORS])
    return f"{shown} and {more} more" if more > 0 else shown
