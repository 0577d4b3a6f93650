"""Read a list of papers that somebody keeps in Markdown.

    # Papers of 2026-03-16               the list's name; a date in it is the digest's
    ## Diffusion                         a section: nothing but titles below it
    - [Title](https://...) - Some words  a list item that begins with a link to the web,
    - **[2024-05] Title** Some words     or with bold text; a date before it is passed over,
    - (Venue) [Title](https://...)       or a short tag in brackets
    - Title, Authors. [[PDF](https://...)]  one that such a link to the paper ends
    ### [Title](https://...)             a heading with such a link, or with text below it
    **Title**                            a line of bold text alone
    Authors: A. Bo, C. Du                optional, in any order; also Votes, Date, URL, Code, DOI,
    Votes: 12                            arXiv, each with or without bold and bullet

    The text down to the next title or heading is the abstract.

Only where nothing of all this gives a paper, plain list items with indented text below them are
titles. A heading with titles in its section is no title, unless it is a link: then they are text.
Links that only say "Code" or "PDF" are the paper's links. Text before the first title is passed
over. Setext headings and tables are not read.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from digests.sources.decoding import opening, plain_text
from digests.sources.handwritten import read_date
from digests.sources.markdown.draft import FIELD, MAX_ABSTRACT, Draft
from digests.sources.markdown.inline import LINK, is_label, is_paper_label, unmarked
from digests.sources.markdown.lines import MAX_LINES, Line, read_line, read_lines
from digests.sources.markdown.titles import (
    MAX_TITLE,
    Title,
    inner_title,
    linked_heading,
    may_be_title,
    without_date,
)
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper

__all__ = ["MAX_ABSTRACT", "MAX_LINES", "MAX_PAPERS", "MAX_SIZE", "looks_like", "parse"]

MAX_SIZE = 5_000_000  # bytes, some 3,500 papers: people write this, and marks cost 0.2 us a byte
MAX_PAPERS = 20_000

_ISO_DATE = re.compile(r"\b[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\b")
_SEPARATOR = re.compile(r"[\s\-–—:,.|]+")  # noqa: RUF001 - dashes are what people part with

_LOOKED_AT = 20_000  # bytes, of a list some 20 papers
_MIN_ABSTRACT = 100  # characters; the shortest of 457 real abstracts has 423


@dataclass(slots=True)
class _Section:
    """A heading, or the top of the list without one, and the lines down to the next heading."""

    heading: Line | None
    body: list[Line] = field(default_factory=list)


_Titled = tuple[Title, list[Line]]  # and the lines below it


def looks_like(data: bytes) -> bool:
    """Tell Markdown by its first line: a list item that is a link or bold, or a heading.

    Below a heading without a date at least half of the titles must have a link or a field or, in
    a text without code and tables, an abstract: a README has headings too.
    """
    text = opening(data, _LOOKED_AT).decode(errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = read_line(1, text.partition("\n")[0].rstrip())
    if first.level:
        return _lists_papers(text)
    return first.bullet and inner_title(first) is not None


def parse(data: bytes) -> ParsedDigest:
    """Return the list's papers in its order, and the date in the heading at its top.

    Raises:
        DigestError: with the line and the reason, where it cannot be read.

    """
    if len(data) > MAX_SIZE:
        raise DigestError(f"the list has {len(data):,} bytes, more than {MAX_SIZE:,}; part it")
    sections = _sections(read_lines(plain_text(data, remedy="save the list as UTF-8 text")))
    date = _take_name(sections)
    papers = _papers(titled for section in sections for titled in _titles(section))
    papers = papers or _papers(titled for section in sections for titled in _plain_titles(section))
    if not papers:
        raise DigestError(
            "no title with a text or a link; write each as '## Title' above its abstract, "
            "or as '- [Title](https://...) - abstract'"
        )
    return ParsedDigest(papers, date)


def _lists_papers(text: str) -> bool:
    """Tell a list of papers from other prose, of which the text may be the beginning."""
    lines = [*read_lines(text)]
    sections = _sections(lines)
    try:
        if _take_name(sections):
            return True
    except DigestError:  # a date that is none, as the parser will say
        return True
    titles = [titled for section in sections for titled in _titles(section)]
    is_manual = any(line.is_code_or_row for line in lines)
    told = (_is_linked(*titled) or not (is_manual or _is_short(*titled)) for titled in titles)
    return 2 * sum(told) >= len(titles)


def _is_linked(title: Title, body: list[Line]) -> bool:
    """Tell whether a title is a link, or has a field or a link to its paper below it."""
    texts = [title.rest, *(line.text for line in body)]
    labels = (link[1] for text in texts if "](" in text for link in LINK.finditer(text))
    return bool(title.url) or any(map(FIELD.match, texts)) or any(map(is_paper_label, labels))


def _is_short(title: Title, body: list[Line]) -> bool:
    return len(title.rest) + sum(len(line.text) for line in body) < _MIN_ABSTRACT


def _sections(lines: Iterable[Line]) -> list[_Section]:
    sections = [_Section(None)]
    for line in lines:
        if line.level and not is_label(line.text):  # "### Abstract" parts no papers
            sections.append(_Section(line))
        elif not line.level:
            sections[-1].body.append(line)
    return sections


def _take_name(sections: list[_Section]) -> dt.date | None:
    """Take the heading of the list itself away, and return the date that it holds.

    It stands at the top, and either has a date or is the only one of level 1 among others.
    """
    headed = [section for section in sections if section.heading]
    name = headed[0].heading if headed else None
    if not name or name.level > 1 or linked_heading(name):
        return None
    alone = all(section.heading and section.heading.level > 1 for section in headed[1:])
    date = _ISO_DATE.search(name.text)
    if date or (alone and len(headed) > 1):
        headed[0].heading = None
    return read_date(date[0], name.number) if date else None


def _titles(section: _Section) -> Iterator[_Titled]:
    heading, body = section.heading, section.body
    link = linked_heading(heading) if heading else None
    titles = [] if link else _inner_titles(body)
    yield from titles
    if heading and not titles and (link or (body and may_be_title(heading.text))):
        yield link or Title(heading.number, heading.text), body


def _inner_titles(body: list[Line]) -> list[_Titled]:
    """Return the titles below a heading that have a link or a text, and the lines of each."""
    found = [(at, title) for at, line in enumerate(body) if (title := inner_title(line))]
    ends = [*(at for at, _ in found[1:]), len(body)]
    return [
        (title, body[at + 1 : end])
        for (at, title), end in zip(found, ends, strict=False)  # none found: one end
        if title.url or title.rest.strip() or end > at + 1
    ]


def _plain_titles(section: _Section) -> Iterator[_Titled]:
    """Take plain list items for titles that have indented text below them."""
    body = section.body
    starts = [at for at, line in enumerate(body) if line.bullet and not line.indented]
    for at, end in pairwise([*starts, len(body)]):
        if end > at + 1 and body[at + 1].indented and len(body[at].text) <= MAX_TITLE:
            yield Title(body[at].number, body[at].text), body[at + 1 : end]


def _papers(titles: Iterator[_Titled]) -> tuple[ParsedPaper, ...]:
    papers = (_paper(title, body) for title, body in titles)
    titled = (paper for paper in papers if paper.title)  # what only holds a picture names nothing
    limited = tuple(islice(titled, MAX_PAPERS + 1))
    if len(limited) > MAX_PAPERS:
        line = limited[-1].line
        raise DigestError(f"more than {MAX_PAPERS:,} papers; give a month at a time", line=line)
    return limited


def _paper(title: Title, body: list[Line]) -> ParsedPaper:
    draft = Draft(title.url)
    draft.add_text(_SEPARATOR.sub("", title.rest, count=1) if title.rest else "", title.number)
    for line in body:
        draft.add(line.text, line.number)
    return draft.paper(without_date(unmarked(title.text).strip()), title.number)
