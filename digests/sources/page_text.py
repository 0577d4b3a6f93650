"""Read the text of a trending-papers page, as someone selected, copied and pasted it.

Browsers copy the same page in two layouts. In A every line stands between blank lines; in B there
are none, and the button is glued to the first title:

    A: new | slogan | Subscribe | by-line | Mar 14 | title | abstract | title | abstract ...
    B: slogan | slogan | SubscribeTitle | abstract | title | abstract ...

Titles and abstracts are told apart by their place alone: titles may end in question marks and
abstracts in nothing. A line too many would swap all that follow, so every pair is checked for size.
"""

import datetime as dt
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple, cast

from digests.sources.decoding import plain_text
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, quoted

MAX_TITLE = 300  # characters; the longest of 457 real titles has 183
MIN_ABSTRACT = 100  # characters; the shortest of 457 real abstracts has 423

# More would take more than 300 MB or two seconds; 20 MB of real papers are 16,000.
MAX_PAPERS = 50_000
MAX_PASSAGE = 1_000_000  # characters

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEAP_GAP = 8  # years, the longest without a Feb 29: from 1896 to 1904, and 2096 to 2104

_FIRST_LINES = 2_000  # characters in which markup gives itself away
_MARKUP = re.compile(
    r"^[ \t]*<(?:!--|!doctype\b|\?xml\b|(?:rss|feed|/?(?:html|head|body|div|main|section|article"
    r"|header|nav|table|script|style|meta|link|title|span|p|h[1-6]))(?:[\s/][^<>]{0,1000})?>)",
    re.IGNORECASE | re.MULTILINE,
)
_JSON = re.compile(r"[\[{](?![^\W\d_]|\\)")  # but "[Re] Attention" and "{\epsilon}-nets" are titles

# Every line is optional, but has its place: a paper titled "new" or "Subscribe" further down stays.
# The button is cut from a title right under the slogan, or where a capital or a digit shows the
# seam: "Subscribers" and "Subscribe to ..." are words.
_HEADER = re.compile(
    r"""\s*
    (?: new END )?
    (?: Get\ trending\ papers\ in\ your\ email\ inbox [^\n]* END ){0,2}
    (?: Subscribe END | (?<=[^\n]\n) Subscribe (?=\S) | Subscribe (?=[A-Z0-9]) )?
    (?: by [^\n]{1,80} \ and\ the\ research\ community END )?
    (?: (?P<month> MONTHS ) \  (?P<day> [0-9]{1,2} ) END )?
    """.replace("END", r"[^\S\n]*$\s*").replace("MONTHS", "|".join(_MONTHS)),
    re.VERBOSE | re.MULTILINE,
)
_BLANK_LINES = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"\n")

_MEND = (
    "titles and abstracts must take turns, with blank lines between all of them or none at all; "
    "mend the page here or just above and paste it again"
)


class _Passage(NamedTuple):
    """A title or an abstract, and the line on which it begins."""

    line: int
    text: str


def parse(data: bytes, *, today: dt.date) -> ParsedDigest:
    """Return the page's papers, each title once, and its day, if it shows one.

    The day has no year: it is the latest such day that is not after `today`.
    Raises DigestError, and nothing else, for anything that is not such a page.
    """
    text = plain_text(data, remedy="save the page as UTF-8 text").rstrip()
    _refuse_other_formats(text)
    header = cast("re.Match[str]", _HEADER.match(text))  # all parts are optional: it matches
    date = _date(header, today) if header["day"] else None
    papers: dict[str, ParsedPaper] = {}
    for paper in _papers(text, header.end()):
        papers.setdefault(paper.title, paper)
    return ParsedDigest(tuple(papers.values()), date, is_faithful=False)


def _refuse_other_formats(text: str) -> None:
    if not text:
        raise DigestError("the page is empty; paste the text of a listing page")
    start = len(text) - len(text.lstrip())
    if markup := _MARKUP.search(text, start, start + _FIRST_LINES):
        raise DigestError(
            "this is HTML or XML, and of those only feeds and Hugging Face's page of daily papers "
            "can be read; else open the page in a browser, select all, copy and paste",
            line=_line_at(text, markup.start()),
        )
    if _JSON.match(text, start):
        raise DigestError(
            "this is JSON, and of that only Hugging Face's list, JSON Feed and JSON lines can be "
            "read; else open the page in a browser, select all, copy and paste",
            line=_line_at(text, start),
        )


def _line_at(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _date(header: re.Match[str], today: dt.date) -> dt.date:
    month, day = _MONTHS.index(header["month"]) + 1, int(header["day"])
    for year in range(today.year, today.year - _LEAP_GAP - 1, -1):
        try:
            date = dt.date(year, month, day)
        except ValueError:  # Feb 29 in a common year
            continue
        if date <= today:
            return date
    raise DigestError(
        f"{header['month']} {header['day']} is not in the calendar; correct it or delete the line",
        line=_line_at(header.string, header.start("month")),
    )


def _papers(text: str, start: int) -> Iterator[ParsedPaper]:
    if start == len(text):
        raise DigestError(
            "the page ends after its header and lists no paper; copy the whole page",
            line=_line_at(text, start),
        )
    passages = _passages(text, start)
    pairs = zip_longest(passages, passages, fillvalue=_Passage(0, ""))
    for count, (title, abstract) in enumerate(pairs):
        if count == MAX_PAPERS:
            raise DigestError(
                f"more than {MAX_PAPERS:,} papers; paste one day at a time", line=title.line
            )
        if fault := _fault(title.text, abstract.text):
            raise DigestError(f"{fault}; {_MEND}", line=title.line)
        yield ParsedPaper(title.text, abstract.text, title.line)


def _passages(text: str, start: int) -> Iterator[_Passage]:
    """Cut the page at its blank lines or, where it has none, at every line."""
    separator = _BLANK_LINES if _BLANK_LINES.search(text, start) else _LINE_END
    line = _line_at(text, start)
    for gap in separator.finditer(text, start):
        yield _passage(line, text[start : gap.start()])
        line += text.count("\n", start, gap.end())
        start = gap.end()
    yield _passage(line, text[start:])


def _passage(line: int, lines: str) -> _Passage:
    if len(lines) > MAX_PASSAGE:
        reason = f"there are {len(lines):,} characters without a break between papers; {_MEND}"
        raise DigestError(reason, line=line)
    return _Passage(line, " ".join(part.strip() for part in lines.split("\n")))


def _fault(title: str, abstract: str) -> str:
    """Say why these two are no title and abstract; "" when they are."""
    if len(title) > MAX_TITLE:
        return f"{quoted(title)} has {len(title):,} characters, too many for a title"
    said = f"the title {quoted(title)} has no abstract"
    if not abstract:
        return f"{said}, the page ends there"
    # What ends with a full stop is no title, however short: "This paper has been withdrawn."
    if abstract.endswith("."):
        return ""
    if len(abstract) < MIN_ABSTRACT:
        return f"{said}, fewer than {MIN_ABSTRACT} characters follow"
    if len(abstract) <= len(title):
        return f"{said}, what follows is not longer than the title"
    return ""
