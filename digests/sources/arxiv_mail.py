r"""Read arXiv's daily listing e-mail as plain text, with or without the mail's own headers.

    received from  Mon 17 Mar 25 18:00:00 GMT  to  Tue 18 Mar 25 18:00:00 GMT
    ------------------------------------------------------------------------------
    \\
    arXiv:2503.00001 (*cross-listing*)
    Date: Mon, 17 Mar 2025 01:23:45 GMT   (123kb)

    Title: ...          then Authors, Categories and others; longer ones go on below, indented
    \\
      the abstract
    \\ ( https://arxiv.org/abs/2503.00001 ,  123kb)

Lines of percent signs part the new papers from the cross-listed ones and these from replaced
versions, which have no abstract and are not new: they give no paper.
"""

import datetime as dt
import quopri
import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from digests.sources.decoding import plain_text, require_size
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, gathered

MAX_PAPERS = 50_000  # records; 20 MB hold no more with an abstract of 400 characters
MAX_RECORD = 1_000_000  # characters; 3,000 authors fill a tenth of it, abstracts end at 1,920
_PREAMBLE = 20_000  # characters within which the mail's headers end and the first record begins

_RECORD = re.compile(
    r"^\\\\[ \t]*\n(?=(?:arXiv|Paper)(?: \(\*cross-listing\*\))?:)|^(%%--%%--|%%%---%%%---)",
    re.MULTILINE,
)
_ID = re.compile(
    r"(?:arXiv|Paper)( \(\*cross-listing\*\))?: ?([!-~]{1,40})(?: +(\(\*cross-listing\*\)))?"
)
_REPLACED = re.compile(r"^(?:replaced with revised version|(?:figures|part) added)\b", re.MULTILINE)
_FIELD = re.compile(
    r"^(Date|Title|Authors?|Categories|Comments|Report-no|Journal-ref|DOI|License|Proxy"
    r"|Subj-class|MSC-class|ACM-class)(?: \([^()\n]{1,40}\))?:",
    re.MULTILINE,
)
_ABSTRACT_BEGINS = re.compile(r"^\\\\[ \t]*$", re.MULTILINE)
_ABSTRACT_ENDS = re.compile(r"^(?:\\\\|-{20})", re.MULTILINE)
_LINK = re.compile(r"^\\\\ \( *(https?://[^\s,)]+)", re.MULTILINE)
_RECEIVED = re.compile(r"^[ \t]*received from[^\n]{1,60}? to ([^\n]{1,60})", re.MULTILINE)
_MAIL_DATE = re.compile(r"^Date:([^\n]{1,60})", re.MULTILINE)
_QUOTED_PRINTABLE = re.compile(
    rb"^Content-Transfer-Encoding:[ \t]*quoted-printable", re.MULTILINE | re.IGNORECASE
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = re.compile(rf"\b([0-9]{{1,2}}) ({'|'.join(_MONTHS)})[a-z]{{0,6}} ([0-9]{{4}}|[0-9]{{2}})\b")
_FIRST_YEAR = 91  # arXiv's: 91-99 are of the last century

_IN_PARENTHESES = re.compile(r"\([^()]*\)")
_DEEPEST = 3  # parentheses within parentheses of an affiliation
_BETWEEN_NAMES = re.compile(r"[,;:&]|\band\b")


def looks_like(data: bytes) -> bool:
    r"""Tell the mail by a line of `\\` right above one of `arXiv:`, as its first record has."""
    start = data[:_PREAMBLE].decode("utf-8", errors="replace").replace("\r\n", "\n")
    return any(not found[1] for found in _RECORD.finditer(start))


def parse(data: bytes) -> ParsedDigest:
    """Return the mail's new and cross-listed papers, and the last day that it covers.

    Raises:
        DigestError: with the line and the reason, where it cannot be read.

    """
    text = _decoded(data)
    records = _records(text)
    first = next(records, None)
    if first is None:
        raise DigestError(
            r"no record begins with a line of \\ and one of arXiv:...; give the mail's plain text"
        )
    preamble = text[: min(first.start, _PREAMBLE)]
    papers = (paper for record in chain([first], records) if (paper := _paper(record)))
    return ParsedDigest(gathered(papers), _date(preamble))


class _Record(NamedTuple):
    start: int  # characters before it
    line: int  # of its identifier
    text: str
    is_replaced: bool


def _decoded(data: bytes) -> str:
    require_size(data)
    if _QUOTED_PRINTABLE.search(data, 0, _PREAMBLE):
        data = quopri.decodestring(data)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return plain_text(data, remedy="save the mail as UTF-8 text")


def _records(text: str) -> Iterator[_Record]:
    """Cut the mail at the beginnings of its records, which know their section."""
    is_replaced, line, counted, number = False, 1, 0, 0
    found = _RECORD.search(text)
    while found:
        following = _RECORD.search(text, found.end())
        if found[1]:
            is_replaced = found[1].startswith("%%--")
        else:
            line += text.count("\n", counted, found.end())
            counted, number = found.end(), number + 1
            end = following.start() if following else len(text)
            record = text[found.end() : min(end, found.end() + MAX_RECORD)]
            if number > MAX_PAPERS:
                raise DigestError(f"more than {MAX_PAPERS:,} records; part the mail", line=line)
            yield _Record(found.start(), line, record, is_replaced)
        found = following


def _paper(record: _Record) -> ParsedPaper | None:
    begin = _ABSTRACT_BEGINS.search(record.text)
    head = record.text[: begin.start()] if begin else record.text
    if record.is_replaced or _REPLACED.search(head):
        return None
    identified = _ID.match(head)
    if not identified:
        raise DigestError("no identifier follows arXiv:; mend the record", line=record.line)
    fields = _fields(head)
    abstract = _abstract(record.text, begin.end()) if begin else ""
    for name, value in (("title", fields.get("Title", "")), ("abstract", abstract)):
        if not value:
            raise DigestError(
                f"{identified[2]} has no {name}; give the whole record", line=record.line
            )
    link = _LINK.search(record.text)
    return ParsedPaper(
        fields["Title"],
        abstract,
        record.line,
        authors=_authors(fields.get("Authors") or fields.get("Author", "")),
        arxiv_id=identified[2],
        doi=fields.get("DOI", "").partition(" ")[0],
        url=link[1] if link else f"https://arxiv.org/abs/{identified[2]}",
        published_on=_day(fields.get("Date", "")),
        categories=tuple(fields.get("Categories", "").split()),
        is_cross_list=bool(identified[1] or identified[3]),
    )


def _fields(head: str) -> dict[str, str]:
    """Return what each field says, on one line; of two with one name the first."""
    parts = _FIELD.split(head)
    fields: dict[str, str] = {}
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        fields.setdefault(name, " ".join(value.split()))
    return fields


def _abstract(record: str, begin: int) -> str:
    end = _ABSTRACT_ENDS.search(record, begin)
    return " ".join(record[begin : end.start() if end else len(record)].split())


def _authors(names: str) -> tuple[str, ...]:
    """Return the names without the affiliations in parentheses."""
    for _ in range(_DEEPEST):
        names = _IN_PARENTHESES.sub(" ", names)
    parts = (" ".join(part.split()) for part in _BETWEEN_NAMES.split(names))
    return tuple(part for part in parts if part)


def _date(preamble: str) -> dt.date | None:
    """Return the last day of "received from ... to ...", or else of the mail's own Date."""
    said = _RECEIVED.search(preamble) or _MAIL_DATE.search(preamble)
    return _day(said[1]) if said else None


def _day(text: str) -> dt.date | None:
    """Return the first day such as "17 Mar 2025" or "17 Mar 25"; None if there is no such day."""
    if not (found := _DAY.search(text)):
        return None
    year = int(found[3])
    if len(found[3]) == len("25"):
        year += 1900 if year >= _FIRST_YEAR else 2000
    try:
        return dt.date(year, _MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:
        return None
