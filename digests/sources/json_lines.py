"""JSON lines: one object a line, with `title` and `abstract`; other members do not matter."""

import re

import msgspec

from digests.sources.decoding import decode, opening, require_size
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper

HINT = 'give one {"title": ..., "abstract": ...} a line'

MAX_PAPERS = 50_000  # of 400 bytes each in 20 MB; the shortest of 457 real abstracts has 423

_OBJECT = re.compile(rb'\{\s*"')
_LINE = re.compile(rb"[^\s][^\n]*")  # from its first character that is not blank


class _Record(msgspec.Struct):
    title: str = ""
    abstract: str = ""


_RECORD = msgspec.json.Decoder(_Record)


def looks_like(data: bytes) -> bool:
    """Tell JSON lines by their first brace, which opens a quoted name."""
    return _OBJECT.match(opening(data)) is not None


def parse(data: bytes) -> ParsedDigest:
    """Read every line that is not blank.

    Raises:
        DigestError: with the line and the reason, where one cannot be read.

    """
    require_size(data)
    data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    papers: list[ParsedPaper] = []
    number, counted = 1, 0
    for line in _LINE.finditer(data):
        number += data.count(b"\n", counted, line.start())
        counted = line.start()
        if len(papers) == MAX_PAPERS:
            raise DigestError(f"more than {MAX_PAPERS:,} papers; give fewer at a time", line=number)
        papers.append(_paper(line[0], number))
    return ParsedDigest(tuple(papers))


def _paper(line: bytes, number: int) -> ParsedPaper:
    try:
        record = decode(line, _RECORD)
    except msgspec.ValidationError as error:
        raise _no_text("abstract" if "abstract" in str(error) else "title", number) from error
    except (ValueError, RecursionError) as error:
        raise DigestError(f"this is not JSON; {HINT}", line=number) from error
    for name, text in (("title", record.title), ("abstract", record.abstract)):
        if not text.strip():
            raise _no_text(name, number)
    return ParsedPaper(record.title, record.abstract, number)


def _no_text(name: str, number: int) -> DigestError:
    return DigestError(f"there is no text under {name!r}; {HINT}", line=number)
