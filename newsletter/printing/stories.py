"""A paper as a mail shows it, and why it is there: the same in all languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from digests.identity.names import arxiv_id_in
from digests.models import Paper, Topic
from digests.models.paper import NO_SLUG
from digests.shown.shorten import shorten

MOST_REASONS, MOST_AUTHORS, MOST_WORDS = 4, 3, 3
LONGEST_AUTHOR = 100  # characters; what is longer is a team that lists its members
ARXIV_PDF = "https://arxiv.org/pdf/"

Kind = Topic.Kind


@dataclass(frozen=True, slots=True)
class Reason:
    """A topic of the reader's that chose a paper, and the words that spoke for it.

    Her own words speak for themselves.
    """

    name: str
    words: tuple[str, ...] = ()
    kind: str = Kind.CATALOGUE

    @property
    def shown_name(self) -> str:
        """Its name in the active language; what a reader typed stays as it is."""
        return self.name if self.kind in Topic.OWN else _(self.name)

    @property
    def topic(self) -> str:
        """What the reader calls it."""
        if self.kind == Kind.AUTHOR:
            return _("by %(author)s") % {"author": self.name}
        return self.shown_name

    def __str__(self) -> str:
        return f"{self.topic}: {', '.join(self.words)}" if self.words else self.topic


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """A paper as a mail shows it. One object stands for it in all mails, so it is equal to itself.

    `number` and `slug` make its page's address; `numbers` are those under which it was sent before
    its rows turned out to be one. Of its authors the first are named; `more_authors` are left.
    """

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""
    link: str = ""
    reasons: tuple[Reason, ...] = ()
    numbers: tuple[int, ...] = ()
    number: int = 0
    slug: str = NO_SLUG
    more_authors: int = 0
    pdf: str = ""
    code: str = ""

    @property
    def shown_authors(self) -> str:
        """Its authors in the active language: "A, B, C and 12 more"."""
        names = ", ".join(self.authors)
        if not self.more_authors:
            return names
        frame = ngettext(
            "%(names)s and %(count)s more", "%(names)s and %(count)s more", self.more_authors
        )
        return frame % {"names": names, "count": self.more_authors}


class Choice(NamedTuple):
    """A topic that chose a paper; in order of rank they are the order of its reasons."""

    rank: tuple[int, int, str]
    topic: int
    name: str
    kind: str
    because: tuple[str, ...]


def rank(kind: str, place: int, key: str) -> tuple[int, int, str]:
    """Return what puts topics in order: the most particular first, then as on the form."""
    return Topic.PARTICULAR.index(Kind(kind)), place, key


def of_paper(paper: Paper) -> Story:
    """Return a paper's story, for which there is no reason yet."""
    names = paper.shown_authors
    # Nobody is "1 more" whose name would take no more room.
    named = len(names) if len(names) <= MOST_AUTHORS + 1 else MOST_AUTHORS
    arxiv_id = arxiv_id_in(paper.url)
    return Story(
        title=paper.shown_title,
        authors=tuple(shorten(name, LONGEST_AUTHOR) for name in names[:named]),
        abstract=paper.shown_abstract,
        link=paper.link,
        number=paper.pk or 0,
        slug=paper.slug,
        more_authors=len(names) - named,
        pdf=f"{ARXIV_PDF}{arxiv_id}" if arxiv_id else "",
        code=paper.code_url,
    )


def chosen(paper: Story, choices: Sequence[Choice], numbers: tuple[int, ...]) -> Story:
    """Return a paper's story for readers of these topics."""
    return replace(paper, reasons=reasons(choices), numbers=numbers)


def reasons(choices: Sequence[Choice]) -> tuple[Reason, ...]:
    """Return the best reasons; choices come in order of rank."""
    found = [*_reasons(choices)]
    # "Everything" is a reason only where there is no better one.
    better = [reason for reason in found if reason.kind != Kind.EVERYTHING]
    return tuple(better or found)[:MOST_REASONS]


def _reasons(choices: Sequence[Choice]) -> Iterator[Reason]:
    """Yield reasons, which need not name again what the reader's own words have said before."""
    said = set[str]()
    for choice in choices:
        new = [word for word in choice.because if word.casefold() not in said]
        words = () if choice.kind in Topic.OWN else tuple(new[:MOST_WORDS])
        yield Reason(choice.name, words, choice.kind)
        said.add(choice.name.casefold())
