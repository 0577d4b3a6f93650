"""Parsers, one module a kind of source: pure functions from bytes to a ParsedDigest."""

import datetime as dt

from digests.sources import json_lines, page_text
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper

__all__ = ["DigestError", "ParsedDigest", "ParsedPaper", "parse"]


def parse(data: bytes, *, today: dt.date) -> ParsedDigest:
    """Read a digest of whichever kind its first character shows.

    Raises:
        DigestError: with the line and the reason, where it cannot be read.

    """
    if json_lines.looks_like(data):
        return json_lines.parse(data)
    return page_text.parse(data, today=today)
