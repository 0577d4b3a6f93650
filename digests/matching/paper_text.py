"""A paper as phrases are found in it: one line of tokens, which can be stored and read again.

    title | abstract | ; @first @middle @last ; @first @last ; @f @last ; @last ; | #cs.cl #stat.ml

Authors and categories are in fields of their own, so that "he" in an abstract is never Professor
He; and each author is there in all the ways in which somebody may look for her.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

from digests.text import tokens, words

FIELD_END, NAME_END = "|", ";"
AUTHOR_MARK, CATEGORY_MARK = "@", "#"


class Span(NamedTuple):
    """Where a phrase stands in the open text, the spaces around it included."""

    start: int
    end: int


@dataclass(frozen=True)
class PaperText:
    """The line, its four fields, and two texts of title and abstract that phrases are found in.

    In the `open` text hyphens part words, in the `closed` one they join them, since who writes
    `pretraining` means `pre-training` too. In both all letters are small; the texts called
    `written` have the same length and the acronyms in capitals.
    """

    line: str

    @classmethod
    def of(
        cls, title: str, abstract: str, authors: Iterable[str] = (), categories: Iterable[str] = ()
    ) -> Self:
        """Write the line of a paper."""
        names = [f"{said} {NAME_END}" for name in authors for said in author_tokens(name)]
        parts = (
            tokens(title),
            FIELD_END,
            tokens(abstract),
            FIELD_END,
            *(names and (NAME_END, *names)),
            FIELD_END,
            *map(category_token, categories),
        )
        return cls(" ".join(part for part in parts if part))

    @property
    def title(self) -> str:
        """The tokens of the title."""
        return self._fields[0]

    @property
    def abstract(self) -> str:
        """The tokens of the abstract."""
        return self._fields[1]

    @property
    def names(self) -> list[str]:
        """The authors, each in several ways: `@first @last`."""
        return [name.strip() for name in self._fields[2].split(NAME_END)[1:-1]]

    @property
    def categories(self) -> list[str]:
        """The categories: `#cs.cl`."""
        return self._fields[3].split()

    @cached_property
    def written(self) -> str:
        """The open text with its acronyms in capitals, as they were written."""
        return self._said.replace("-", " ")

    @cached_property
    def open(self) -> str:
        """The text with its hyphens as spaces."""
        return self.written.lower()

    @cached_property
    def written_closed(self) -> str:
        """The closed text with its acronyms in capitals."""
        return self._said.replace("-", "")

    @cached_property
    def closed(self) -> str:
        """The text without its hyphens; nothing where there are none."""
        return self.written_closed.lower() if "-" in self._said else ""

    @cached_property
    def title_end(self) -> int:
        """Where the title ends in the open text."""
        return len(self.title) + 1

    def opened(self, start: int, end: int) -> Span | None:
        """Return where a span of the closed text stands in the open one.

        None where it has no hyphen inside: it is found in the open text as well.
        """
        first = bisect_left(self._joints, start)
        last = bisect_left(self._joints, end, first)
        return Span(start + first, end + last) if last > first else None

    def words(self, hidden: Iterable[Span] = ()) -> tuple[list[str], list[str]]:
        """Return the words of the title and of the abstract, without those in `hidden` spans."""
        text, start = self.open, 0
        shown = []
        for span in sorted(hidden):
            shown.append(text[start : max(start, span.start)])
            start = max(start, span.end)
        title, _, abstract = " ".join([*shown, text[start:]]).partition(FIELD_END)
        return title.split(), abstract.split()

    @cached_property
    def _fields(self) -> tuple[str, ...]:
        title, abstract, names, categories, *_ = (*self.line.split(FIELD_END), "", "", "")
        return title.strip(), abstract.strip(), names, categories

    @cached_property
    def _said(self) -> str:
        return f" {self.title} {FIELD_END} {self.abstract} "

    @cached_property
    def _joints(self) -> list[int]:
        """Where the hyphens were in the closed text."""
        hyphens = (hyphen.start() for hyphen in re.finditer("-", self._said))
        return [place - before for before, place in enumerate(hyphens)]


def author_tokens(name: str) -> Iterator[str]:
    """Yield the ways in which somebody may look for an author.

    They are the whole name, its first and last word, the initial and the last word, and the last
    word alone.
    """
    last, _, first = name.partition(",")  # as catalogues write it: Last, First
    said = [word.casefold().lower() for word in words(f"{first} {last}")]
    ways = [said, said[-1:]]
    if len(said) > 1:
        ways[1:1] = [[said[0], said[-1]], [said[0][0], said[-1]]]
    for way in dict.fromkeys(" ".join(f"{AUTHOR_MARK}{it}" for it in way) for way in ways):
        if way:
            yield way


def category_token(category: str) -> str:
    """Return the token of a category, which knows no hyphen: `#cs.lg`, `#hep.th`."""
    return f"{CATEGORY_MARK}{'.'.join(words(category)).casefold().lower()}"
