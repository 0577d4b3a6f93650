"""Read XML that anybody may have written, as events, and keep its tricks from its readers."""

from html.entities import html5
from typing import Any

from defusedxml.ElementTree import ParseError, XMLParser

from digests.sources.parsed import DigestError

# An element of nothing but attributes takes the parser up to 24 times its bytes: 190 MB for these.
# The largest answer that arXiv's API gives at once, 2,000 papers, has some 5 MB.
MAX_XML_BYTES = 8_000_000
MAX_DEPTH = 100  # feeds have 6, and the XHTML inside them some 20 more
MAX_EVENTS = 150_000  # 8 MB of tiny elements have 2,000,000; those 2,000 papers have 60,000

ENTITIES = {name[:-1]: text for name, text in html5.items() if name.endswith(";")}


class SafeXmlReader:
    """An XML parser without entities, external files or surprises in size; subclasses listen.

    Names arrive as "namespace}name". HTML's entities such as &nbsp; are known although XML does
    not know them: feeds use them, and a page with one is no less readable.
    """

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins."""

    def end(self, name: str) -> None:
        """Hear that an element ends."""

    def text(self, data: str) -> None:
        """Hear a part of the text between two tags."""

    def read(self, data: bytes) -> None:
        """Tell `start`, `end` and `text` what the document holds.

        Raises:
            DigestError: with the line, for what is no XML, or more of it than a feed needs.

        """
        if len(data) > MAX_XML_BYTES:
            raise DigestError(
                f"the feed has {len(data):,} bytes, more than {MAX_XML_BYTES:,}; "
                "fetch fewer entries at a time"
            )
        self._depth = self._events = 0
        self._xml = XMLParser(target=self)
        self._parser = self._listening(self._xml.parser)
        try:
            self._feed(data)
        except ParseError as error:
            raise DigestError(_why(error), line=error.position[0]) from error
        finally:
            del self._xml, self._parser  # they and this object hold each other

    @property
    def line(self) -> int:
        """The line that is being read."""
        line: int = self._parser.CurrentLineNumber
        return line

    def refuse(self, reason: str) -> None:
        """Stop reading.

        Raises:
            DigestError: always, with the line that is being read.

        """
        raise DigestError(reason, line=self.line)

    def _listening(self, parser: Any) -> Any:
        parser.ordered_attributes = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.SkippedEntityHandler = self._entity
        parser.DefaultHandlerExpand = None  # it would be called for each comment
        parser.UseForeignDTD()  # unknown entities are skipped, not errors
        return parser

    def _feed(self, data: bytes) -> None:
        # Only in the declaration can an encoding stand. In UTF-16 its ">" has two bytes.
        head = data.find(b">") + 2
        try:
            self._xml.feed(data[:head])
        except (LookupError, ValueError) as error:
            raise DigestError(
                "the feed is in an encoding that cannot be read; ask its makers for UTF-8", line=1
            ) from error
        self._xml.feed(data[head:])
        self._xml.close()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.refuse(f"elements are nested more than {MAX_DEPTH} deep; this is no feed")
        self.start(name, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.end(name)

    def _entity(self, name: str, _is_parameter: bool) -> None:  # noqa: FBT001 - expat calls it
        self._count()
        self.text(ENTITIES.get(name, f"&{name};"))

    def _doctype(self, _name: str, _system: str, _public: str, has_subset: int) -> None:
        if has_subset:
            self.refuse("the feed declares entities of its own; ask its makers to mend it")

    def _count(self) -> None:
        self._events += 1
        if self._events > MAX_EVENTS:
            self.refuse(f"there are more than {MAX_EVENTS:,} elements; fetch fewer at a time")


def _why(error: Any) -> str:
    reason = str(error).partition(":")[0]
    return f"this is not XML, or was cut off ({reason}); look at it in a browser and fetch it again"
