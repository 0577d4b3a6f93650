"""Atom and RSS as Django writes them, but with each author of a paper on its own."""

from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.xmlutils import SimplerXMLGenerator

NO_ATTRIBUTES: "AttributesImpl[str]" = AttributesImpl({})
DUBLIN_CORE = {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}


class AtomFeed(Atom1Feed):
    """Atom (RFC 4287): an entry has an element for each author (4.2.1)."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an entry."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.startElement("author", NO_ATTRIBUTES)
            handler.addQuickElement("name", name)
            handler.endElement("author")


class RssFeed(Rss201rev2Feed):
    """RSS 2.0, whose own authors are addresses: Dublin Core's are names."""

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Write an item."""
        super().add_item_elements(handler, item)
        for name in item["authors"]:
            handler.addQuickElement("dc:creator", name, DUBLIN_CORE)
