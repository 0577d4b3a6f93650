"""Read a CSV list with a header row: title, abstract[, url, authors, date, votes, ...].

Columns come in any order and any case, and unknown ones are passed over; commas, semicolons or tabs
part the cells, whichever the header row uses. Quoted cells may hold line breaks. Authors are parted
by semicolons or, where there is none, by commas; the date is the paper's, as 2026-06-30 or
2026-6-30. A list with its header row alone is an empty digest: a sheet can say so.
"""

import csv
import re
from collections.abc import Iterator

from digests.sources.decoding import opening, plain_text
from digests.sources.handwritten import read_authors, read_date, read_url, read_votes
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, gathered

MAX_PAPERS = 50_000  # 20 MB hold no more with an abstract of 400 characters
MAX_LINES = 1_000_000
MAX_ROW = 1_000_000  # characters, more than 100 times the longest real paper
MAX_ROW_LINES = 10_000

_COLUMNS = {
    "title": "title",
    "abstract": "abstract",
    "summary": "abstract",
    "url": "url",
    "link": "url",
    "authors": "authors",
    "author": "authors",
    "date": "date",
    "published": "date",
    "published_on": "date",
    "votes": "votes",
    "upvotes": "votes",
    "doi": "doi",
    "arxiv": "arxiv",
    "arxiv_id": "arxiv",
    "code": "code",
    "code_url": "code",
}
_DELIMITERS = ",;\t"
_NAME = re.compile(r"[\w .-]{0,40}")  # a column's name; a paper's title has more or other signs
_LINE = re.compile(r"[^\n]*\n?")
_FIRST_LINE = re.compile(r"[^\r\n]*")
_HINT = "write the columns' names in the first row: title, abstract, url, authors, date, votes"


def looks_like(data: bytes) -> bool:
    """Tell a list by its header row: names alone, `title` and at least one more that we know."""
    header = _FIRST_LINE.match(opening(data).decode(errors="replace"))
    _, names = _split_header(header[0] if header else "")
    known = [name for name in names if name in _COLUMNS]
    return "title" in known and len(known) > 1 and all(_NAME.fullmatch(name) for name in names)


def parse(data: bytes) -> ParsedDigest:
    """Return the list's papers in its order; its date is never known.

    Raises:
        DigestError: with the line and the reason, where it cannot be read.

    """
    rows = _Rows(plain_text(data, remedy="save the list as CSV in UTF-8"))
    return ParsedDigest(gathered(_papers(rows, _columns(rows.header))))


def _papers(rows: "_Rows", columns: dict[str, int]) -> Iterator[ParsedPaper]:
    for count, (line, cells) in enumerate(rows):
        if count == MAX_PAPERS:
            raise DigestError(f"more than {MAX_PAPERS:,} papers; give a month at a time", line=line)
        if len(cells) != len(rows.header):
            raise DigestError(
                f"{len(cells)} cells in a list of {len(rows.header)} columns; "
                "put cells that hold the delimiter in quotes",
                line=line,
            )
        yield _paper({name: cells[at].strip() for name, at in columns.items()}, line)


def _split_header(row: str) -> tuple[str, list[str]]:
    """Return the delimiter under which most names are known, and the names under it."""
    best = (",", [""])
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([row], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:  # a name of over 131,072 characters
            continue
        names = [re.sub(r"\s+", "_", cell.strip()).lower() for cell in cells]
        if sum(name in _COLUMNS for name in names) > sum(name in _COLUMNS for name in best[1]):
            best = (delimiter, names)
    return best


def _columns(header: list[str]) -> dict[str, int]:
    """Return where each known column stands."""
    columns: dict[str, int] = {}
    for at, name in enumerate(header):
        meaning = _COLUMNS.get(name)
        if meaning in columns:
            raise DigestError(f"two columns hold the {meaning}; leave one", line=1)
        if meaning:
            columns[meaning] = at
    if "title" not in columns:
        raise DigestError(f"no column is named title; {_HINT}", line=1)
    return columns


class _Rows:
    """The rows that hold something, each with the line on which it begins.

    The csv module alone would gather a row of 20 MB before anybody could refuse it.
    """

    def __init__(self, text: str) -> None:
        if text.count("\n") > MAX_LINES:
            raise DigestError(f"more than {MAX_LINES:,} lines; give a month at a time")
        self._lines = _LINE.finditer(text)
        self._line = 0
        self._first_line, self._row_size = 1, 0
        header = next((line for line in self._limited() if line.strip()), "")
        delimiter, self.header = _split_header(header)
        # Strict, or one quote too many would swallow all papers that follow.
        self._reader = csv.reader(
            self._limited(), delimiter=delimiter, skipinitialspace=True, strict=True
        )

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            self._first_line, self._row_size = self._line + 1, 0
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                said = str(error).replace("\t", "a tab")
                raise DigestError(
                    f"the row cannot be read ({said}); close every quote, and write a quote "
                    'within a quoted cell as ""',
                    line=self._first_line,
                ) from error
            if any(map(str.strip, cells)):
                yield self._first_line, cells

    def _limited(self) -> Iterator[str]:
        for line in self._lines:
            self._line += 1
            self._row_size += line.end() - line.start()
            row_lines = self._line - self._first_line
            if self._row_size > MAX_ROW or row_lines > MAX_ROW_LINES:
                raise DigestError(
                    "one row is as long as a book; close its quotes or part its papers",
                    line=self._first_line,
                )
            yield line[0]


def _paper(cells: dict[str, str], line: int) -> ParsedPaper:
    def cell(name: str) -> str:
        return cells.get(name, "")

    if not cell("title"):
        raise DigestError("the title is empty; fill it in or delete the row", line=line)
    return ParsedPaper(
        cell("title"),
        cell("abstract"),
        line,
        authors=read_authors(cell("authors")),
        arxiv_id=cell("arxiv"),
        doi=cell("doi"),
        url=read_url(cell("url"), line) if cell("url") else "",
        code_url=read_url(cell("code"), line) if cell("code") else "",
        upvotes=read_votes(cell("votes"), line) if cell("votes") else None,
        published_on=read_date(cell("date"), line) if cell("date") else None,
    )
