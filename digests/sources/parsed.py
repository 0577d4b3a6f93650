"""What every parser in this package hands back, and the one way it may refuse."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """One paper in its source's own words; `line` is where its title stands, for messages."""

    title: str
    abstract: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedDigest:
    """One source's list of papers, in its order; `date` is the listing's, never a paper's."""

    papers: tuple[ParsedPaper, ...]
    date: dt.date | None


class DigestError(Exception):
    """A digest that cannot be read: what is wrong, on which line, what to do about it.

    Parsers raise nothing else. Which file or address it was, the caller adds.
    """

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"
