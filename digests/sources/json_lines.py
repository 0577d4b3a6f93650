"""JSON lines: one object a line, with `title` and `abstract`; other members do not matter."""

import json
from typing import Any

from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper

HINT = 'give one {"title": ..., "abstract": ...} a line'


def looks_like(data: bytes) -> bool:
    """Tell JSON lines by their first brace, which opens a quoted name."""
    start = data[:200].lstrip()
    return start.startswith(b"{") and start[1:].lstrip().startswith(b'"')


def parse(data: bytes) -> ParsedDigest:
    """Read every line that is not blank.

    Raises:
        DigestError: with the line and the reason, where one cannot be read.

    """
    lines = enumerate(data.splitlines(), start=1)
    papers = tuple(_paper(line, number) for number, line in lines if line.strip())
    return ParsedDigest(papers, date=None)


def _paper(line: bytes, number: int) -> ParsedPaper:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DigestError(f"this is not JSON; {HINT}", line=number) from error
    return ParsedPaper(_text(record, "title", number), _text(record, "abstract", number), number)


def _text(record: Any, name: str, number: int) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise DigestError(f"there is no text under {name!r}; {HINT}", line=number)
    return value
