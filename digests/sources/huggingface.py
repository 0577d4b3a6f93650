"""Read Hugging Face's daily papers: the answer of `GET /api/daily_papers?date=`, a JSON list.

Its fields come and go over the years. Those read here are typed, so that all others are skipped
without becoming objects, and a change of theirs is refused at its place instead of guessed at: a
day is read again until it is closed, so a refusal loses nothing.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from digests.sources.decoding import from_json, opening, require_size
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError, quoted

MAX_PAPERS = 5_000  # in a list; the fullest of 37 real days has 50

# An object costs some 50 bytes of memory for 3 of JSON. Real lists spend 200 bytes of JSON on each,
# so 20 MB of them hold 100,000.
MAX_OBJECTS = 500_000

REMEDY = "fetch the day again from Hugging Face"

_MAX_VOTES = 2**31 - 1  # what a database's integer holds
_MAX_WORDS = 200  # characters of a source's own words

_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")

# A list of objects, an empty one, or one of strings, as a careless archiver wrote it; an object
# that tells of an error; an object over several lines, which is none of JSON lines.
_LIKELY = re.compile(
    rb"""\[\s*[{"\]]  |  \{\s*"error"  |  \{[ \t]*[\r\n]\s*"(?!(?:title|abstract)")""", re.VERBOSE
)


class _Author(msgspec.Struct, gc=False):
    name: str | None = None
    hidden: bool | None = None


class _Paper(msgspec.Struct, rename="camel"):
    id: str
    title: str | None = None
    summary: str | None = None
    authors: list[_Author] | None = None
    upvotes: int | None = None
    github_repo: str | None = None
    published_at: str | None = None
    submitted_on_daily_at: str | None = None


class Entry(msgspec.Struct):
    """One paper of the list, and what the list says about it; `summary` came in 2024."""

    paper: _Paper
    title: str | None = None
    summary: str | None = None


class _Failure(msgspec.Struct):
    error: str


_ENTRIES = msgspec.json.Decoder(list[Entry])
_FAILURE = msgspec.json.Decoder(_Failure)


def looks_like(data: bytes) -> bool:
    """Tell Hugging Face's answer, its error or a damaged copy of it, by how it opens."""
    return _LIKELY.match(opening(data)) is not None


def parse(data: bytes) -> ParsedDigest:
    """Return the papers listed, each id once, and the day of the list, if its papers know it.

    Raises:
        SourceError: where Hugging Face answered that it failed.
        DigestError: where this is no such list, with the path of what is wrong.

    """
    require_size(data)
    require_few_objects(data)
    start = opening(data, 1)
    if start == b"<":
        raise DigestError(f"this is HTML or XML where JSON is due; {REMEDY}'s API")
    if start == b"{":
        _refuse_failure(data)
    entries = from_json(data, _ENTRIES, remedy=REMEDY)
    return ParsedDigest(papers_of(entries, "$"), day_of(entries))


def require_few_objects(data: bytes) -> None:
    """Refuse JSON that would take more memory than a parser may."""
    if (objects := data.count(b"{")) > MAX_OBJECTS:
        raise DigestError(
            f"there are {objects:,} objects, more than {MAX_OBJECTS:,}; {REMEDY}, one day at a time"
        )


def papers_of(entries: list[Entry], path: str) -> tuple[ParsedPaper, ...]:
    """Return the papers of a list that stands at `path`; of those with the same id the first.

    Raises:
        DigestError: where there are too many, or one has no id or no title.

    """
    if len(entries) > MAX_PAPERS:
        reason = f"there are {len(entries):,} papers, more than {MAX_PAPERS:,}; {REMEDY}"
        raise DigestError(reason, path=path)
    papers: dict[str, ParsedPaper] = {}
    for place, entry in enumerate(entries):
        paper = _paper(entry, f"{path}[{place}].paper")
        papers.setdefault(paper.own_id, paper)
    return tuple(papers.values())


def day_of(entries: list[Entry]) -> dt.date | None:
    """Return the day on whose list most of these papers were put; None where no day has most.

    Never `publishedAt`: since March 2025 that is arXiv's time, in US-Eastern labelled as UTC.
    """
    days = [day for entry in entries if (day := date_in(entry.paper.submitted_on_daily_at))]
    most = Counter(days).most_common(1)
    return next((day for day, count in most if count * 2 > len(days)), None)


def date_in(text: str | None) -> dt.date | None:
    """Return the date with which a text begins, padded (2026-06-30) or not (2026-6-30)."""
    if not (found := _DATE.match(text or "")):
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def _refuse_failure(data: bytes) -> None:
    try:
        said = from_json(data, _FAILURE, remedy=REMEDY).error
    except DigestError:  # some other object, or none at all: reading it as a list says which
        return
    said = quoted(said, _MAX_WORDS)
    raise SourceError(f"Hugging Face answers {said}; ask for another day, or later")


def _paper(entry: Entry, path: str) -> ParsedPaper:
    paper = entry.paper
    own_id = _required(paper.id, path=f"{path}.id")
    return ParsedPaper(
        title=_required(paper.title, entry.title, path=f"{path}.title"),
        abstract=_first(paper.summary, entry.summary),
        authors=tuple(_names(paper.authors or [])),
        arxiv_id=own_id,
        own_id=own_id,
        code_url=_web_address(paper.github_repo),
        upvotes=_votes(paper.upvotes),
        published_on=date_in(paper.published_at),
    )


def _required(*texts: str | None, path: str) -> str:
    if not (text := _first(*texts)):
        raise DigestError(f"this is blank or missing; {REMEDY}", path=path)
    return text


def _first(*texts: str | None) -> str:
    return next((stripped for text in texts if text and (stripped := text.strip())), "")


def _names(authors: list[_Author]) -> Iterator[str]:
    for author in authors:
        if not author.hidden and (name := _first(author.name)):
            yield name


def _web_address(text: str | None) -> str:
    address = _first(text)
    return address if address.lower().startswith(("http://", "https://")) else ""


def _votes(number: int | None) -> int | None:
    """Return the votes; None for what no count of votes can be."""
    return number if number is not None and 0 <= number <= _MAX_VOTES else None
