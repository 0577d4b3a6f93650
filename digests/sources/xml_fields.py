"""The fields of a feed or of one of its entries: what its child elements hold, by their names.

A name is "title" in any RSS, and has a short prefix elsewhere: "atom:title", "dc:creator".
"""

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from digests.sources.html_text import MAX_HTML, TAGS, text_of

MAX_URL = 1_000  # characters; what is longer is data, not an address
MAX_LINKS = 3  # of one entry: its page, perhaps the same on a phone, and its guid

_XHTML = frozenset({"xhtml", "application/xhtml+xml"})
_HTML = _XHTML | {"html", "text/html"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the feed has it, and whether its writer means it as HTML."""

    value: str = ""
    is_html: bool = False

    @property
    def plain(self) -> str:
        """The text without markup."""
        return text_of(self.value) if self.is_html else self.value


class Field:
    """One element: its attributes, and its text up to the length that `text_of` reads."""

    __slots__ = ("_attributes", "_base", "_parts", "_room", "_type", "name")

    def __init__(self, name: str, attributes: dict[str, str], base: str) -> None:
        self.name = name
        self._attributes, self._base = attributes, base
        default = "text" if name.startswith("atom:") else "html"  # RSS means HTML by custom
        self._type = attributes.get("type", default).partition(";")[0].strip().lower()
        self._parts: list[str] = []
        self._room = MAX_HTML

    def add(self, data: str) -> None:
        """Take a part of its text."""
        if self._room > 0:
            self._parts.append(escape(data[: self._room]) if self._type in _XHTML else data)
            self._room -= len(data)

    def add_tag(self, name: str, slash: str = "") -> None:
        """Take a tag that stands within its text: XHTML, or HTML that nobody escaped."""
        if self._type in _HTML and name in TAGS:
            self.add_markup(f"<{slash}{name}>")

    def add_markup(self, tag: str) -> None:
        """Take what is markup already."""
        if self._room > 0:
            self._parts.append(tag)
            self._room -= len(tag)

    def attribute(self, name: str) -> str:
        """Return an attribute, "" where it is missing."""
        return self._attributes.get(name, "").strip()

    @property
    def value(self) -> str:
        """Its text as it stands."""
        return "".join(self._parts).strip()

    @property
    def text(self) -> Text:
        """Its text; none where the type says that this is a picture or the like."""
        is_text = self._type in _HTML or self._type.startswith("text")
        return Text(self.value, is_html=self._type in _HTML) if is_text else Text()

    @property
    def url(self) -> str:
        """The address in it, absolute if the feed gives a base; "" if there is none."""
        return joined(self._base, self.attribute("href") or self.value)

    @property
    def is_link(self) -> bool:
        """Whether it leads to a page of its entry: no enclosure, no feed of comments."""
        if self.name == "guid":
            return self.attribute("isPermaLink") != "false"
        return self.attribute("rel") in {"", "alternate"}


class Fields:
    """All fields of the feed, or of one entry; `about` is an entry's id in RSS 1.0."""

    __slots__ = ("_by_name", "about", "line")

    def __init__(self, line: int, about: str = "") -> None:
        self.line, self.about = line, about
        self._by_name: defaultdict[str, list[Field]] = defaultdict(list)

    def add(self, field: Field) -> None:
        """Take one more field."""
        self._by_name[field.name].append(field)

    def all(self, *names: str) -> list[Field]:
        """Return the fields of these names, in the order of the names."""
        return [field for name in names for field in self._by_name.get(name, ())]

    def values(self, *names: str) -> tuple[str, ...]:
        """Return their texts as they stand, without the empty ones."""
        return tuple(value for field in self.all(*names) if (value := field.value))

    def value(self, *names: str) -> str:
        """Return the first text that is not empty."""
        return next((value for field in self.all(*names) if (value := field.value)), "")

    def text(self, *names: str) -> Text:
        """Return the first text that is not empty, and knows whether it is HTML."""
        texts = (field.text for field in self.all(*names))
        return next((text for text in texts if text.value), Text())

    def links(self, *names: str) -> tuple[str, ...]:
        """Return the addresses that lead to a page, the best first."""
        urls = (field.url for field in self.all(*names) if field.is_link)
        return tuple(islice((url for url in urls if url), MAX_LINKS))

    def attributes(self, element: str, name: str) -> tuple[str, ...]:
        """Return one attribute of each element of a name, without the empty ones."""
        values = (field.attribute(name) for field in self.all(element))
        return tuple(value for value in values if value)


def joined(base: str, url: str) -> str:
    """Return a link's address as seen from the base; "" for what cannot be one."""
    if len(url) > MAX_URL or len(base) > MAX_URL:
        return ""
    try:
        return urljoin(base, urlsplit(url).geturl())
    except ValueError:  # "http://[": half an IPv6 address
        return ""
