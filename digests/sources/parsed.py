"""What every parser in this package hands back, and the one way it may refuse."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

# Of any digest, unpacked. A month of a day's page has 12 MB, a day of arXiv's feeds 1 MB.
MAX_BYTES = 20_000_000

# Authors and categories of all its papers. 20 MB of real papers name 200,000; as many as fit into
# 20 MB would take 500 MB of memory.
MAX_NAMES = 1_000_000


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """One paper in its source's own words; only the title is sure to be there.

    Identifiers stand here as the source writes them: `digests.identity.rules` reads them. Texts may
    hold line breaks and LaTeX; markup of the digest's own format is gone.
    """

    title: str
    abstract: str = ""
    line: int | None = None  # where its title stands, for messages
    authors: tuple[str, ...] = ()
    arxiv_id: str = ""  # in any of its spellings: "2202.12139v1", "oai:arXiv.org:2202.12139v1"
    doi: str = ""
    own_id: str = ""  # by which the source knows it again: a feed's guid
    url: str = ""  # where to read it: absolute, http or https
    code_url: str = ""
    upvotes: int | None = None  # None where the source has no votes; 0 is a value
    published_on: dt.date | None = None
    categories: tuple[str, ...] = ()  # arXiv's, the primary one first
    is_cross_list: bool = False  # announced in a category that is not its primary one


@dataclass(frozen=True, slots=True)
class ParsedDigest:
    """One source's list of papers, in its order; `date` is the listing's, never a paper's.

    `built_at` is when the source says that it wrote the list. `is_faithful` is false where texts
    lost something on their way: a copied page loses dollar signs and backslashes. A list may be
    empty where its format can say so: a feed on a Sunday.
    """

    papers: tuple[ParsedPaper, ...]
    date: dt.date | None = None
    built_at: dt.datetime | None = None
    is_faithful: bool = True


class DigestError(Exception):
    """A digest that cannot be read: what is wrong, at which place, what to do about it.

    Parsers raise nothing else. Which file or address it was, the caller adds. The place is a line,
    or where there are no lines worth counting a path such as "$[3].paper".
    """

    def __init__(self, reason: str, *, line: int | None = None, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.path = path

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line is not None else self.path
        return f"{place}: {self.reason}" if place else self.reason


class SourceError(DigestError):
    """What was read is no digest but the source's own word that it failed."""


def gathered(papers: Iterable[ParsedPaper]) -> tuple[ParsedPaper, ...]:
    """Return the papers as they come.

    Raises:
        DigestError: where they name more people and categories than there is memory for.

    """
    kept: list[ParsedPaper] = []
    names = 0
    for paper in papers:
        names += len(paper.authors) + len(paper.categories)
        if names > MAX_NAMES:
            reason = f"more than {MAX_NAMES:,} authors and categories; give fewer papers at a time"
            raise DigestError(reason, line=paper.line)
        kept.append(paper)
    return tuple(kept)


def quoted(text: str, longest: int = 100) -> str:
    """Return the beginning of a text in quotation marks, fit for one line of a message.

    Of the source's own words neither the length nor the characters can be relied upon.
    """
    shown = repr(text[: longest + 1])
    return shown if len(shown) <= longest + 2 else f"{shown[:longest]}...{shown[0]}"
