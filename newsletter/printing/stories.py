"""A paper as a mail shows it, and why it is there: the same in all languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from digests.identity.names import arxiv_id_in
from digests.models import Paper, Topic
from digests.models.paper import NO_SLUG
from digests.shown.authors import named, with_others
from digests.shown.links import code_of, pdf_of
from digests.shown.reasons import worth_saying

# So few that they do not crowd the headline below them.
MOST_REASONS, MOST_WORDS = 3, 2

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
    def said_name(self) -> str:
        """What the reader calls it: "by Ada Byron"."""
        if self.kind == Kind.AUTHOR:
            return _("by %(author)s") % {"author": self.name}
        return self.shown_name

    def __str__(self) -> str:
        return f"{self.said_name}: {', '.join(self.words)}" if self.words else self.said_name


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
        return with_others(self.authors, self.more_authors)


class Match(NamedTuple):
    """A topic that chose a paper, and by which words; in order of rank they are its reasons."""

    rank: tuple[int, int, str]
    topic: int
    name: str
    kind: str
    because: tuple[str, ...]


def of_paper(paper: Paper) -> Story:
    """Return a paper's story, for which there is no reason yet."""
    names = paper.shown_authors
    first = named(names)
    return Story(
        title=paper.shown_title,
        authors=first,
        abstract=paper.shown_abstract,
        link=paper.link,
        number=paper.pk or 0,
        slug=paper.slug,
        more_authors=len(names) - len(first),
        pdf=pdf_of(arxiv_id_in(paper.url)),
        code=code_of(paper),
    )


def chosen(paper: Story, matches: Sequence[Match], numbers: tuple[int, ...]) -> Story:
    """Return a paper's story for readers of these topics."""
    return replace(paper, reasons=reasons(matches), numbers=numbers)


def reasons(matches: Sequence[Match]) -> tuple[Reason, ...]:
    """Return the best reasons; matches come in order of rank."""
    return tuple(_reasons(worth_saying(matches)))[:MOST_REASONS]


def _reasons(matches: Sequence[Match]) -> Iterator[Reason]:
    """Yield reasons, which need not name again what the reader's own words have said before."""
    said = set[str]()
    for match in matches:
        new = [word for word in match.because if word.casefold() not in said]
        words = () if match.kind in Topic.OWN else tuple(new[:MOST_WORDS])
        yield Reason(match.name, words, match.kind)
        said.add(match.name.casefold())
