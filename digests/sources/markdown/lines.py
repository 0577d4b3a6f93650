"""The lines of a list, without the marks that they begin with."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from digests.sources.markdown.inline import BADGE
from digests.sources.parsed import DigestError

MAX_LINES = 100_000

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*)")
_CLOSING = re.compile(r"(?<=\s)#+\s*\Z")
_BULLET = re.compile(r"([ \t]*)(?:[-*+]|[0-9]{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?){1,9}")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_LONGEST_RULE = 200  # characters; of repeated groups re keeps every round in memory
_RULE = re.compile(r"[ \t]*(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|={3,})\Z")


@dataclass(slots=True)
class Line:
    """A line that is not blank."""

    number: int
    text: str  # without marks of heading, bullet and quotation
    level: int = 0  # of a heading, 1-6
    bullet: bool = False
    indented: bool = False
    fenced: bool = False

    @property
    def is_code_or_row(self) -> bool:
        """Whether it is of code or of a table: manuals have them, lists of papers do not."""
        return self.fenced or self.text.startswith("|")


def read_lines(text: str) -> Iterator[Line]:
    """Read the marks of every line that is not blank; within fences nothing is a mark.

    Raises:
        DigestError: where there are more than MAX_LINES.

    """
    if text.count("\n") > MAX_LINES:
        raise DigestError(f"more than {MAX_LINES:,} lines; give a month at a time")
    fenced = False
    for number, line in enumerate(text.split("\n"), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced:
            yield Line(number, line.strip(), fenced=True)
        elif line and not line.isspace() and not _RULE.match(line, 0, _LONGEST_RULE):
            yield read_line(number, line)


def read_line(number: int, line: str) -> Line:
    """Read the marks of one line."""
    if "![" in line:
        line = BADGE.sub("", line)
    if heading := _HEADING.match(line):
        text = _CLOSING.sub("", heading[2]) if heading[2].endswith("#") else heading[2]
        return Line(number, text.strip(), level=len(heading[1]))
    if quote := _QUOTE.match(line):
        line = line[quote.end() :]
    if bullet := _BULLET.match(line):
        return Line(number, line[bullet.end() :].strip(), bullet=True, indented=bool(bullet[1]))
    return Line(number, line.strip(), indented=line[:1] in " \t")
