"""RSS 0.90 to 2.0 and Atom in one neutral shape, in the feed's own words.

Only the children of an entry itself count: an Atom entry copied from elsewhere holds that feed's
title and authors in <source>, and RSS has an <image> with a title.
"""

import re
from dataclasses import dataclass

from digests.sources.safe_xml import SafeXmlReader
from digests.sources.xml_fields import Field, Fields, Text, joined

MAX_ENTRIES = 10_000  # arXiv announces some 2,000 papers on a day, in all its categories

_NAMESPACES = {
    "": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://arxiv.org/schemas/atom": "arxiv:",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism:",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism:",
    "http://prismstandard.org/namespaces/basic/2.1/": "prism:",
}
_BASE = "http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

_ROOTS = frozenset({"rss", "rdf:RDF", "atom:feed"})
_ENTRIES = frozenset({"item", "atom:entry"})
_GROUPS = frozenset({"channel", "atom:author"})  # their children count as their parent's
_FIELD_NAMES = (
    "title link description content guid author category pubDate lastBuildDate content:encoded"
    " atom:title atom:link atom:summary atom:content atom:id atom:name atom:category atom:updated"
    " atom:published dc:creator dc:date dc:identifier prism:doi"
    " arxiv:announce_type arxiv:doi arxiv:DOI arxiv:primary_category"
)
_FIELDS = frozenset(_FIELD_NAMES.split())

_HEAD = 10_000  # bytes in which the root element must begin, after licences and style sheets
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?"
    rb"(?:\s|(?><\?.*?\?>)|(?><!--.*?-->)|(?><!DOCTYPE[^<>\[]*>))*+"
    rb"<(?:[\w.-]+:)?(?:feed|rss|RDF)[\s>/]",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one thing; whatever it does not say is empty."""

    line: int
    id: str
    title: Text
    summary: Text
    content: Text
    links: tuple[str, ...]  # to a page about it, the best first; relative where the feed is
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    primary_category: str  # arXiv's
    published: str  # the dates are as written, for `feed_dates` to read
    updated: str
    identifier: str  # a DOI, or whatever else the feed has for one
    announce_type: str  # arXiv's


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, its entries in their order."""

    id: str
    title: str
    links: tuple[str, ...]  # its own and its home page's; what is relative is relative to them
    authors: tuple[str, ...]
    built: str
    published: str
    entries: tuple[Entry, ...]


def looks_like(data: bytes) -> bool:
    """Tell a feed by its root element."""
    head = data[:_HEAD]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    return bool(_ROOT.match(head))


def read(data: bytes) -> Feed:
    """Read a feed of any kind.

    Raises:
        DigestError: with the line, where this is no feed.

    """
    reader = _FeedReader()
    reader.read(data)
    return reader.feed


class _FeedReader(SafeXmlReader):
    """Gathers the fields of the feed and of each entry as their elements pass by."""

    def __init__(self) -> None:
        self._fields = Fields(line=1)
        self._entries: list[Entry] = []
        self._owners: list[Fields | None] = []  # whose fields are each open element's children
        self._bases = [""]
        self._field: Field | None = None  # whose text is being read, opened at this depth
        self._field_depth = 0

    @property
    def feed(self) -> Feed:
        fields = self._fields
        return Feed(
            id=fields.value("atom:id"),
            title=fields.text("atom:title", "title").plain,
            links=fields.links("link", "atom:link") or fields.links("atom:id"),
            authors=fields.values("atom:name"),
            built=fields.value("atom:updated", "lastBuildDate", "dc:date"),
            published=fields.value("pubDate"),
            entries=tuple(self._entries),
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition("}")
        self._bases.append(_base(self._bases[-1], attributes))
        if self._field:
            self._field.add_tag(local)
            owner = None
        else:
            short = _NAMESPACES[space] + local if space in _NAMESPACES else ""
            owner = self._owner(short, attributes)
        self._owners.append(owner)

    def end(self, name: str) -> None:
        self._bases.pop()
        closed = self._owners.pop()
        if self._field and len(self._owners) > self._field_depth:
            self._field.add_tag(name.rpartition("}")[2], slash="/")
        elif self._field:
            self._field = None
        elif closed and self._owners and self._owners[-1] is self._fields is not closed:
            self._entries.append(_entry(closed))

    def text(self, data: str) -> None:
        if self._field:
            self._field.add(data)

    def _owner(self, short: str, attributes: dict[str, str]) -> Fields | None:
        """Return whose fields the children of an element are that begins here."""
        if not self._owners:
            return self._root(short)
        fields = self._owners[-1]
        if fields is None or short in _GROUPS:
            return fields
        if short in _ENTRIES and fields is self._fields:
            return self._new_entry(attributes)
        if short in _FIELDS:
            self._field = Field(short, attributes, self._bases[-1])
            self._field_depth = len(self._owners)
            fields.add(self._field)
        return None

    def _root(self, short: str) -> Fields:
        if short not in _ROOTS:
            self.refuse("this is XML, but neither RSS nor Atom; give the address of a feed")
        return self._fields

    def _new_entry(self, attributes: dict[str, str]) -> Fields:
        if len(self._entries) >= MAX_ENTRIES:
            self.refuse(f"the feed has more than {MAX_ENTRIES:,} entries; fetch fewer at a time")
        return Fields(self.line, attributes.get(_ABOUT, ""))


def _base(base: str, attributes: dict[str, str]) -> str:
    return joined(base, attributes[_BASE].strip()) if _BASE in attributes else base


def _entry(fields: Fields) -> Entry:
    return Entry(
        line=fields.line,
        id=fields.value("guid", "atom:id") or fields.about,
        title=fields.text("atom:title", "title"),
        summary=fields.text("atom:summary", "description"),
        content=fields.text("atom:content", "content:encoded", "content"),
        links=fields.links("link", "atom:link", "guid"),
        authors=fields.values("dc:creator") or fields.values("atom:name", "author"),
        categories=(*fields.attributes("atom:category", "term"), *fields.values("category")),
        primary_category=next(iter(fields.attributes("arxiv:primary_category", "term")), ""),
        published=fields.value("atom:published", "pubDate", "dc:date"),
        updated=fields.value("atom:updated"),
        identifier=fields.value("prism:doi", "arxiv:doi", "arxiv:DOI", "dc:identifier"),
        announce_type=fields.value("arxiv:announce_type"),
    )
