"""Parsers, one module a kind of source: pure functions from bytes to a ParsedDigest."""

import datetime as dt
from collections.abc import Callable
from enum import StrEnum

from digests.sources import (
    arxiv_feed,
    arxiv_mail,
    csv_list,
    feed,
    huggingface,
    huggingface_page,
    json_feed,
    json_lines,
    markdown,
    page_text,
)
from digests.sources.decoding import content
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError

__all__ = [
    "PARSERS",
    "DigestError",
    "Kind",
    "ParsedDigest",
    "ParsedPaper",
    "SourceError",
    "detect",
    "parse",
]


class Kind(StrEnum):
    """How a digest is written, hence which parser reads it."""

    HUGGING_FACE = "hugging-face"
    HUGGING_FACE_PAGE = "hugging-face-page"
    ARXIV_FEED = "arxiv-feed"
    ARXIV_MAIL = "arxiv-mail"
    FEED = "feed"
    JSON_FEED = "json-feed"
    PAGE_TEXT = "page-text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON_LINES = "json-lines"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    Kind.HUGGING_FACE: "Hugging Face daily papers (JSON)",
    Kind.HUGGING_FACE_PAGE: "Hugging Face daily papers (web page)",
    Kind.ARXIV_FEED: "arXiv feed or API answer",
    Kind.ARXIV_MAIL: "arXiv listing e-mail",
    Kind.FEED: "RSS or Atom feed",
    Kind.JSON_FEED: "JSON Feed",
    Kind.PAGE_TEXT: "text of a listing page",
    Kind.MARKDOWN: "Markdown list",
    Kind.CSV: "CSV list",
    Kind.JSON_LINES: "JSON lines",
}

# All but page text: its day has no year, so that it must be told today's.
PARSERS: dict[Kind, Callable[[bytes], ParsedDigest]] = {
    Kind.HUGGING_FACE: huggingface.parse,
    Kind.HUGGING_FACE_PAGE: huggingface_page.parse,
    Kind.ARXIV_FEED: arxiv_feed.parse,
    Kind.ARXIV_MAIL: arxiv_mail.parse,
    Kind.FEED: feed.parse,
    Kind.JSON_FEED: json_feed.parse,
    Kind.MARKDOWN: markdown.parse,
    Kind.CSV: csv_list.parse,
    Kind.JSON_LINES: json_lines.parse,
}

# Asked in this order, the narrower before the wider: arXiv's feeds are feeds, a JSON Feed opens as
# JSON lines do, and a feed may quote a web page.
_SIGNS: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    (Kind.JSON_FEED, json_feed.looks_like),
    (Kind.HUGGING_FACE, huggingface.looks_like),
    (Kind.JSON_LINES, json_lines.looks_like),
    (Kind.ARXIV_FEED, arxiv_feed.looks_like),
    (Kind.FEED, feed.looks_like),
    (Kind.HUGGING_FACE_PAGE, huggingface_page.looks_like),
    (Kind.ARXIV_MAIL, arxiv_mail.looks_like),
    (Kind.CSV, csv_list.looks_like),
    (Kind.MARKDOWN, markdown.looks_like),
)


def parse(data: bytes, *, today: dt.date, kind: Kind | None = None) -> ParsedDigest:
    """Read a digest of the given kind, or of the one that its content shows.

    Raises:
        DigestError: with the place and the reason, where it cannot be read.

    """
    kind = kind or detect(data)
    if kind == Kind.PAGE_TEXT:
        return page_text.parse(data, today=today)
    return PARSERS[kind](data)


def detect(data: bytes) -> Kind:
    """Tell the kind of a digest by its content; what is nothing else is taken for page text."""
    data = content(data)  # blank lines push no sign out of the first bytes, where it is sought
    return next((kind for kind, looks_like in _SIGNS if looks_like(data)), Kind.PAGE_TEXT)
