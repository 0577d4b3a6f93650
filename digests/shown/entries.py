"""Papers as lists show them: what `papers/_paper.html` asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import ngettext

from digests.models import Paper
from digests.shown.reasons import Reason, reasons_of
from digests.shown.shorten import shorten

MOST_AUTHORS, MOST_WORDS, MOST_REASONS = 3, 3, 4
LONGEST_ABSTRACT = 360  # characters: some five lines, and the last sentence of them ends


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in a list; its headline leads to its own page."""

    title: str
    link: str
    authors: str
    abstract: str
    reasons: tuple[Reason, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def entries(papers: Sequence[Paper]) -> list[Entry]:
    """Return papers as a list shows them, by one query for any number of them."""
    reasons = reasons_of([paper.pk for paper in papers])
    return [
        Entry(
            title=paper.shown_title,
            link=paper.get_absolute_url(),
            authors=spelled(paper.shown_authors),
            abstract=beginning(paper.shown_abstract),
            reasons=tuple(
                Reason(topic, words[:MOST_WORDS])
                for topic, words in reasons[paper.pk][:MOST_REASONS]
            ),
        )
        for paper in papers
    ]


def papers_of(numbers: Sequence[int], *columns: str) -> list[Paper]:
    """Return these papers in this order, with the columns that lists show, and others."""
    found = Paper.objects.only("title", "abstract", "authors", *columns).in_bulk([*numbers])
    return [found[number] for number in numbers if number in found]


def beginning(abstract: str) -> str:
    """Return an abstract's first sentences, on one line."""
    return shorten(" ".join(abstract.split()), LONGEST_ABSTRACT)


def spelled(authors: Sequence[str]) -> str:
    """Name the first authors, and say how many more there are."""
    more = len(authors) - MOST_AUTHORS
    names = ", ".join(authors[:MOST_AUTHORS])
    if more <= 0:
        return names
    said = ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more)
    return said % {"names": names, "more": more}
