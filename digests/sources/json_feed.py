"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) whose items are papers."""

import re
from typing import TypeVar

import msgspec
from msgspec import Raw

from digests.identity import names
from digests.sources import decoding
from digests.sources.feed import web_address
from digests.sources.feed_dates import day
from digests.sources.html_text import MAX_HTML, text_of
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper
from digests.sources.xml_fields import joined

# A list of one-digit numbers takes 35 times its bytes to be told from a list of items: 200 MB in
# all for these. A thousand items with a page of text each have this size.
MAX_FEED_BYTES = 5_000_000
MAX_ITEMS = 10_000
MAX_AUTHORS = 300_000  # bytes of a list of authors; the longest, of 5,000 physicists, has 200 kB

_REMEDY = "give the address of a JSON Feed"
_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')
_EMPTY = Raw(b"null")


class _Author(msgspec.Struct):
    name: Raw = _EMPTY


class _Item(msgspec.Struct):
    """An item; each member is read when its type is known to be right."""

    id: Raw = _EMPTY
    title: Raw = _EMPTY
    url: Raw = _EMPTY
    external_url: Raw = _EMPTY
    summary: Raw = _EMPTY
    content_text: Raw = _EMPTY
    content_html: Raw = _EMPTY
    date_published: Raw = _EMPTY
    author: Raw = _EMPTY  # of version 1.0
    authors: Raw = _EMPTY


class _Document(msgspec.Struct):
    version: str
    items: list[Raw]
    home_page_url: Raw = _EMPTY
    feed_url: Raw = _EMPTY
    author: Raw = _EMPTY
    authors: Raw = _EMPTY


_DOCUMENTS = msgspec.json.Decoder(_Document)
_ITEMS = msgspec.json.Decoder(_Item)
_STRINGS = msgspec.json.Decoder(str)
_IDS = msgspec.json.Decoder(str | int)  # "a reader should coerce it to a string"
_LISTS = msgspec.json.Decoder(list[Raw])
_AUTHORS = msgspec.json.Decoder(_Author)

T = TypeVar("T")


def looks_like(data: bytes) -> bool:
    """Tell a JSON Feed by its version, which may stand anywhere in it."""
    return decoding.opening(data, 1) == b"{" and bool(_VERSION.search(data))


def parse(data: bytes) -> ParsedDigest:
    """Return the items that have a title and something to read: a text, or a link to one.

    A member of a wrong type counts as missing, as the files in use have all sorts of faults.

    Raises:
        DigestError: where this is no JSON Feed, or none of its items is a paper.

    """
    document = _document(data)
    base = web_address(_string(document.home_page_url)) or web_address(_string(document.feed_url))
    inherited = _authors(document)
    items = (item for raw in document.items if (item := _read(raw, _ITEMS)))
    papers = tuple(paper for item in items if (paper := _paper(item, base, inherited)))
    if document.items and not papers:
        raise DigestError(
            "no item has a title and a text or a link; choose a feed whose items have them",
            path="$.items",
        )
    return ParsedDigest(papers)


def _document(data: bytes) -> _Document:
    if len(data) > MAX_FEED_BYTES:
        raise DigestError(
            f"the feed has {len(data):,} bytes, more than {MAX_FEED_BYTES:,}; ask for fewer items"
        )
    document = decoding.from_json(data, _DOCUMENTS, remedy=_REMEDY)
    if not re.match(r"https?://jsonfeed\.org/version/", document.version):
        raise DigestError(f"this names no version of JSON Feed; {_REMEDY}", path="$.version")
    if len(document.items) > MAX_ITEMS:
        raise DigestError(
            f"the feed has more than {MAX_ITEMS:,} items; ask for fewer", path="$.items"
        )
    return document


def _read(raw: Raw, decoder: msgspec.json.Decoder[T]) -> T | None:
    """Return what a member holds, None if that is of another type or is not there."""
    try:
        return decoding.decode(bytes(raw), decoder)
    except (ValueError, RecursionError):
        return None


def _string(raw: Raw) -> str:
    return (_read(raw, _STRINGS) or "").replace("\0", "").strip()


def _paper(item: _Item, base: str, inherited: tuple[str, ...]) -> ParsedPaper | None:
    title = " ".join(_string(item.title).split())
    abstract = _abstract(item)
    links = _links(item, base)
    if not title or not (abstract or links):
        return None
    return ParsedPaper(
        title=title,
        abstract=abstract,
        authors=_authors(item) or inherited,
        arxiv_id=next((found for link in links if (found := names.arxiv_id_in(link))), ""),
        doi=next((link for link in links if names.doi(link)), ""),
        own_id=_own_id(item),
        url=links[0] if links else "",
        published_on=day(_string(item.date_published)),
    )


def _abstract(item: _Item) -> str:
    plain = _string(item.summary) or _string(item.content_text)[:MAX_HTML]
    return plain or text_of(_string(item.content_html))


def _links(item: _Item, base: str) -> list[str]:
    """Return the item's addresses, absolute; its id should be one (as the format asks)."""
    written = (_string(member) for member in (item.url, item.external_url))
    urls = [joined(base, url) for url in written if url]
    return [url for url in (*urls, _own_id(item)) if web_address(url)]


def _own_id(item: _Item) -> str:
    found = _read(item.id, _IDS)
    return "" if found is None else str(found).replace("\0", "").strip()


def _authors(owner: _Item | _Document) -> tuple[str, ...]:
    is_list = len(bytes(owner.authors)) <= MAX_AUTHORS
    listed = (_read(owner.authors, _LISTS) if is_list else None) or [owner.author]
    people = (person for raw in listed if (person := _read(raw, _AUTHORS)))
    return tuple(name for person in people if (name := _string(person.name)))
