"""arXiv's daily Atom and RSS feeds, and the answers of its API.

The daily feeds say of each paper how it was announced. "new" and "cross" (new, but listed here
besides its own category) are papers; "replace", "replace-cross" and "absonly" are new versions of
old ones. Texts are LaTeX, never HTML, whatever the format says: "a<b" is mathematics.
"""

import datetime as dt
import re

from digests.sources import xml_feed
from digests.sources.feed_dates import day, moment
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError, quoted
from digests.sources.xml_feed import Entry, Feed

_HEAD = 3_000  # bytes, in which a feed's namespaces and its own address stand
_SIGN = re.compile(
    rb"http://arxiv\.org/schemas/atom|//(?:rss|export)\.arxiv\.org/|Feed error for query"
)
_ERROR_TITLE = "Feed error for query"
_ERROR_ID = "/api/errors"
_QUOTED = 150  # characters of the source's own words

_ANNOUNCED = re.compile(
    r"\s*arXiv:\S+\s+Announce Type:\s*(?P<type>\S+)\s*(?:Abstract:\s*)?", re.IGNORECASE
)
_ID = re.compile(
    r"(?:arxiv\.org/\w+/|oai:arXiv\.org:)([\w.-]+(?:/[0-9]{7})?(?:v[0-9]+)?)", re.IGNORECASE
)
_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]+)?")  # others are MSC and ACM classes, "68T07"
_AFFILIATION = re.compile(r"\([^()]*\)")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def looks_like(data: bytes) -> bool:
    """Tell arXiv's feeds from others by their namespace or their address."""
    return bool(_SIGN.search(data[:_HEAD])) and xml_feed.looks_like(data)


def parse(data: bytes) -> ParsedDigest:
    """Return the papers a feed announces, or an answer lists, and the day of the announcement.

    Raises:
        SourceError: with arXiv's own words, where it answers with an error.
        DigestError: with the line, for what is no such feed.

    """
    feed = xml_feed.read(data)
    _refuse_error(feed)
    papers = tuple(paper for entry in feed.entries if (paper := _paper(entry)))
    if not papers and not any(map(_arxiv_id, feed.entries)) and feed.entries:
        raise DigestError(
            "no entry of the feed has an arXiv id and a title; give one of arXiv's own feeds",
            line=feed.entries[0].line,
        )
    return ParsedDigest(papers, date=_date(feed), built_at=moment(feed.built))


def _refuse_error(feed: Feed) -> None:
    if feed.title.startswith(_ERROR_TITLE):
        said = next((entry.summary.value for entry in feed.entries), "")
        raise SourceError(f"arXiv says {_short(feed.title)} {_short(said)}; mend the query")
    for entry in feed.entries:
        if _ERROR_ID in entry.id:
            said = entry.summary.value or entry.id
            raise SourceError(f"arXiv says {_short(said)}; mend the query", line=entry.line)


def _short(said: str) -> str:
    return quoted(" ".join(said.split()), _QUOTED)


def _paper(entry: Entry) -> ParsedPaper | None:
    """Return the paper, None for what is no paper or not new."""
    announced = _ANNOUNCED.match(entry.summary.value)
    kind = _announce_type(entry, announced)
    arxiv_id, title = _arxiv_id(entry), entry.title.value
    if kind not in {"", "new", "cross"} or not arxiv_id or not title:
        return None
    return ParsedPaper(
        title=title,
        abstract=entry.summary.value[announced.end() if announced else 0 :],
        line=entry.line,
        authors=_authors(entry),
        arxiv_id=arxiv_id,
        doi=entry.identifier,
        url=_url(entry, arxiv_id),
        # An announcement's date is the day of the listing; only the API knows the paper's own.
        published_on=None if kind else day(entry.published),
        categories=_categories(entry),
        is_cross_list=kind == "cross",
    )


def _announce_type(entry: Entry, announced: re.Match[str] | None) -> str:
    """Return how the paper was announced; "" in the API's answers."""
    return (entry.announce_type or (announced["type"] if announced else "")).lower()


def _arxiv_id(entry: Entry) -> str:
    found = (_ID.search(text) for text in (entry.id, *entry.links))
    return next((match[1] for match in found if match), "")


def _url(entry: Entry, arxiv_id: str) -> str:
    pages = (link for link in entry.links if "://arxiv.org/abs/" in link)
    page = next(pages, f"https://arxiv.org/abs/{arxiv_id}")
    return "https://" + page.partition("://")[2]


def _categories(entry: Entry) -> tuple[str, ...]:
    names = (entry.primary_category, *entry.categories)
    return tuple(dict.fromkeys(name for name in names if _CATEGORY.fullmatch(name)))


def _authors(entry: Entry) -> tuple[str, ...]:
    names: list[str] = []
    for name in _names(entry.authors):
        if name.lower() in _SUFFIXES:
            names[-1:] = [f"{last.partition(',')[0]}, {name}" for last in names[-1:]]
        elif name:
            names.append(name)
    return tuple(names)


def _names(authors: tuple[str, ...]) -> list[str]:
    """Split "A, B (Owl University, Nest), C" at the commas between people."""
    line = ",".join(authors)
    for _ in range(2):  # affiliations in parentheses, and parentheses in those
        line = _AFFILIATION.sub(" ", line)
    return [" ".join(name.split()) for name in line.split(",")]


def _date(feed: Feed) -> dt.date | None:
    """Return the newest day on which a daily feed's papers were announced, in arXiv's own zone.

    A feed that arXiv forgot to renew is built anew each night, so that only a feed without papers
    is dated by its own dates. An answer of the API is of no day.
    """
    if _is_answer(feed):
        return None
    days = [found for entry in feed.entries if (found := day(entry.published))]
    return max(days, default=day(feed.published) or day(feed.built))


def _is_answer(feed: Feed) -> bool:
    """Whether this is an answer of the API: of its entries, none was announced."""
    if not feed.entries:
        return "/api/" in feed.id or feed.title.lower().startswith("arxiv query")
    return not any(_announce_type(e, _ANNOUNCED.match(e.summary.value)) for e in feed.entries)
