"""Papers as lists show them: what `papers/_paper.html` asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digests.models import Paper, Topic
from digests.shown.authors import byline
from digests.shown.reasons import Reason, reasons_of
from digests.shown.shorten import shorten

# Of reasons so many that they fit a line.
MOST_WORDS, MOST_REASONS = 2, 2
LONGEST_ABSTRACT = 360  # characters: some five lines, and the last sentence of them ends


class ShownReason(NamedTuple):
    """A reason in a list: what a reader calls the topic, and some of the words that say so."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a list; its headline leads to its own page."""

    title: str
    link: str
    authors: str
    abstract: str
    reasons: tuple[ShownReason, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, paper: Paper, reasons: Sequence[Reason]) -> "Entry":
        """Return a paper as a list shows it, with the best of its reasons."""
        return cls(
            title=paper.shown_title,
            link=paper.get_absolute_url(),
            authors=byline(paper.shown_authors),
            abstract=beginning(paper.shown_abstract),
            reasons=tuple(
                ShownReason(it.name, it.words[:MOST_WORDS]) for it in reasons[:MOST_REASONS]
            ),
        )


def entries(papers: Sequence[Paper], topic: Topic | None = None) -> list[Entry]:
    """Return papers as a list shows them, by one query for any number of them.

    In the list of a topic, that topic is the first reason.
    """
    reasons = reasons_of([paper.pk for paper in papers])
    return [
        Entry.of(paper, sorted(reasons[paper.pk], key=lambda it: it.topic != topic))
        for paper in papers
    ]


def papers_of(numbers: Sequence[int], *columns: str) -> list[Paper]:
    """Return these papers in this order, with the columns that lists show, and others."""
    found = Paper.objects.only("title", "abstract", "authors", *columns).in_bulk([*numbers])
    return [found[number] for number in numbers if number in found]


def beginning(abstract: str) -> str:
    """Return an abstract's first sentences, on one line."""
    return shorten(" ".join(abstract.split()), LONGEST_ABSTRACT)
