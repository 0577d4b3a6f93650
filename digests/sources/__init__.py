"""Parsers, one module a kind of source: pure functions from bytes to a ParsedDigest."""

import datetime as dt
from enum import StrEnum

from digests.sources import json_lines, page_text
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError

__all__ = ["DigestError", "Kind", "ParsedDigest", "ParsedPaper", "SourceError", "parse"]


class Kind(StrEnum):
    """How a digest is written, hence which parser reads it."""

    PAGE_TEXT = "page-text"
    JSON_LINES = "json-lines"


def parse(data: bytes, *, today: dt.date, kind: Kind | None = None) -> ParsedDigest:
    """Read a digest of the given kind, or of the one that its content shows.

    Raises:
        DigestError: with the place and the reason, where it cannot be read.

    """
    match kind or detect(data):
        case Kind.JSON_LINES:
            return json_lines.parse(data)
        case Kind.PAGE_TEXT:
            return page_text.parse(data, today=today)


def detect(data: bytes) -> Kind:
    """Tell the kind of a digest by its content; what is nothing else is taken for page text."""
    return Kind.JSON_LINES if json_lines.looks_like(data) else Kind.PAGE_TEXT
