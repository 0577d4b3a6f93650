"""Make what a parser read fit to be stored."""

from collections.abc import Iterable
from dataclasses import replace

from digests.identity.names import LONGEST_LINK
from digests.sources.parsed import DigestError, ParsedPaper, quoted
from digests.text import clean

LONGEST_TITLE = 1_000  # characters; the longest real one has some 300
LONGEST_ABSTRACT = 20_000  # arXiv takes 1,920; a feed may hold a whole text
MOST_UPVOTES = 1_000_000_000
MOST_AUTHORS = 5_000  # collaborations in physics have 3,000


def storable(papers: Iterable[ParsedPaper]) -> list[ParsedPaper]:
    """Return the papers with texts of one line each, and without links that are none.

    Raises:
        DigestError: at a title that is empty or too long to be one.

    """
    return [_storable(paper) for paper in papers]


def _storable(paper: ParsedPaper) -> ParsedPaper:
    title = clean(paper.title)
    if not title:
        raise DigestError("a title is empty; check the digest", line=paper.line)
    if len(title) > LONGEST_TITLE:
        raise DigestError(
            f"{quoted(title, 60)} has {len(title):,} characters, too many for a title",
            line=paper.line,
        )
    return replace(
        paper,
        title=title,
        abstract=clean(paper.abstract)[:LONGEST_ABSTRACT],
        authors=_words(paper.authors),
        categories=_words(paper.categories),
        own_id=clean(paper.own_id),
        url=_link(paper.url),
        code_url=_link(paper.code_url),
        upvotes=None if paper.upvotes is None else min(max(paper.upvotes, 0), MOST_UPVOTES),
    )


def _words(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(clean, texts[:MOST_AUTHORS])))


def _link(url: str) -> str:
    """Return a web address as it is, and nothing for what could not be one."""
    url = clean(url)
    is_one = url.startswith(("http://", "https://")) and " " not in url
    return url if is_one and len(url) <= LONGEST_LINK else ""
