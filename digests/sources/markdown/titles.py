"""Which lines are titles."""

import re
from dataclasses import dataclass

from digests.sources.markdown.draft import FIELD
from digests.sources.markdown.inline import LINK, WEB, is_label, is_paper_label
from digests.sources.markdown.lines import Line

MAX_TITLE = 1_000  # characters; what is longer is text

_DATE = "[0-9]{4}(?:[-/.][0-9]{1,2}){0,2}"
# A year without brackets may be a title's first word, but not before a link or bold text.
_DATE_BEFORE = re.compile(rf"(?:\[{_DATE}\]|\({_DATE}\)|{_DATE}(?=[,:]?\s+[\[*_]))[,:]?\s+(?=\S)")
_TAG_BEFORE = re.compile(rf"{_DATE_BEFORE.pattern}|[\[(][^\[\]()]{{1,40}}[\])][,:]?\s+(?=\S)")
_LINKED = re.compile(rf"([*_]{{0,3}}){LINK.pattern}[*_]{{0,3}}")
_BOLD = re.compile(
    r"(?:\*\*(?=\S)([^*]{1,1000})(?<=\S)\*\*|__(?=\S)([^_]{1,1000})(?<=\S)__)(?!\s*:)"
)
_BEFORE_LABEL = re.compile(r"(\S.{10,1000}?)(?:[.,;|)?!\-]\s{0,3}|\s{1,3}(?=\[\[))\[?(?=\[)")
_HOUSEKEEPING = frozenset(
    {"about", "acknowledgements", "acknowledgments", "citation", "contents", "contributing"}
    | {"contributors", "how to contribute", "license", "licence", "star history"}
    | {"table of contents", "toc"}
)


@dataclass(slots=True)
class Title:
    """A line that is, or holds, a title."""

    number: int
    text: str
    url: str = ""
    rest: str = ""  # what follows on the same line


def without_date(text: str) -> str:
    """Return the text without a date before it: "[2024-05] Title"."""
    date = _DATE_BEFORE.match(text)
    return text[date.end() :] if date else text


def may_be_title(text: str) -> bool:
    """Tell whether a heading, or an item without marks, could be a paper's title."""
    return len(text) <= MAX_TITLE and text.strip(" :*_").lower() not in _HOUSEKEEPING


def linked_heading(line: Line) -> Title | None:
    """Return the title of a heading that is, or holds, a link to the web and to no label."""
    for link in LINK.finditer(line.text[:MAX_TITLE]):
        if link[1].strip() and WEB.match(link[2]) and not is_label(link[1]):
            return Title(line.number, without_date(line.text), link[2])
    return None


def inner_title(line: Line) -> Title | None:
    """Return the title that a list item begins with, or that a bold line is."""
    tag = _TAG_BEFORE.match(line.text) if line.bullet else None
    start = tag.end() if tag else 0
    link = _LINKED.match(line.text, start)
    bold = _BOLD.match(line.text, start)
    if link and WEB.match(link[3]) and not is_label(link[2]):
        end, text, url = link.end(), link[2], link[3]
    elif bold and (inner := bold[1] or bold[2]) and not is_label(inner) and inner[-1] != ":":
        linked = LINK.search(inner)
        end, text, url = bold.end(), inner, linked[2] if linked else ""
    else:
        return _labelled_title(line)
    rest = line.text[end:]
    if not line.bullet and (rest.strip() or not line.text.startswith(("**", "__"))):
        return None  # a paragraph that begins with a link or with bold text
    return Title(line.number, text, url, rest)


def _labelled_title(line: Line) -> Title | None:
    """Return the title of a list item whose text ends in a link that says "PDF" or "Paper"."""
    if not line.bullet or FIELD.match(line.text) or not (before := _BEFORE_LABEL.match(line.text)):
        return None
    link = LINK.match(line.text, before.end())
    if not link or not WEB.match(link[2]) or not is_paper_label(link[1]):
        return None
    return Title(line.number, before[1], link[2], line.text[before.end(1) :])
