"""Read Hugging Face's page of daily papers: the JSON that its server embeds for the browser.

An element bears it as the attribute `data-props`, escaped, with the same entries as the API's list:

    <div class="..." data-target="DailyPapers"
         data-props="{&quot;dailyPapers&quot;:[...],&quot;dateString&quot;:&quot;2026-06-30&quot;}">

Other elements have such an attribute too; which is ours is told by the name `dailyPapers` in it, so
neither the element nor the order of its attributes matters.
"""

import html
import re
from collections.abc import Iterator

import msgspec

from digests.sources.decoding import from_json, opening, require_size
from digests.sources.huggingface import Entry, date_in, day_of, papers_of, require_few_objects
from digests.sources.parsed import DigestError, ParsedDigest

# Besides quotation marks. A reference takes half a microsecond; real pages have some thousand.
MAX_REFERENCES = 500_000

_REMEDY = "save the page of one day again"

_PROPS = re.compile(rb"""\sdata-props\s*=\s*(["'])""", re.IGNORECASE)
_LISTS_PAPERS = re.compile(rb'(?:"|&quot;|&#34;|&#x22;)dailyPapers(?:"|&quot;|&#34;|&#x22;)')
_REFERENCE = re.compile(rb"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


class _Props(msgspec.Struct, rename="camel"):
    daily_papers: list[Entry]
    date_string: str | None = None


_PROPS_DECODER = msgspec.json.Decoder(_Props)


def looks_like(data: bytes) -> bool:
    """Tell the page by its embedded list."""
    return opening(data, 1) == b"<" and _embedded(data) is not None


def parse(data: bytes) -> ParsedDigest:
    """Return the papers that the page lists, each id once, and the day that it shows.

    A page of a week or a month shows no day: its date is None.

    Raises:
        DigestError: where there is no such list, or with the path in it of what is wrong.

    """
    require_size(data)
    if (embedded := _embedded(data)) is None:
        raise DigestError(f"this is no page of Hugging Face's daily papers; {_REMEDY}")
    require_few_objects(embedded)
    props = from_json(_unescaped(embedded), _PROPS_DECODER, remedy=_REMEDY)
    day = date_in(props.date_string) or day_of(props.daily_papers)
    return ParsedDigest(papers_of(props.daily_papers, "$.dailyPapers"), day)


def _embedded(data: bytes) -> bytes | None:
    return next((props for props in _all_props(data) if _LISTS_PAPERS.search(props)), None)


def _all_props(data: bytes) -> Iterator[bytes]:
    """Cut out the attribute's values one after the other, so that no byte is read twice."""
    start = 0
    while opened := _PROPS.search(data, start):
        end = data.find(opened[1], opened.end())
        if end < 0:
            return
        yield data[opened.end() : end]
        start = end


def _unescaped(value: bytes) -> bytes:
    value = value.replace(b"&quot;", b'"')
    if (references := value.count(b"&")) > MAX_REFERENCES:
        raise DigestError(
            f"there are {references:,} ampersands in the list, more than {MAX_REFERENCES:,}; "
            f"{_REMEDY}"
        )
    return _REFERENCE.sub(lambda reference: html.unescape(reference[0].decode()).encode(), value)
