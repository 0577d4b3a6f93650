"""Store the digests of many files, each as soon as it was read and in a transaction of its own."""

import datetime as dt
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

from config.clock import Clock
from digests.ingest.ahead import Outcome, read_ahead
from digests.ingest.files import store_file
from digests.ingest.once import Ingested
from digests.ingest.reading import read
from digests.matching import stored
from digests.models import Source
from digests.sources import DigestError, Kind

# A process to read ahead takes 0.4 s to start; in that time one process stores some 40 digests.
MANY = 80

# Where the digests of a kind go unless a source is named: its slug and name.
_HUGGING_FACE = ("huggingface", "Hugging Face")
_ARXIV = ("arxiv", "arXiv")
_FEEDS = ("feeds", "Feeds")
_LISTS = ("lists", "Lists")
USUAL_SOURCES = {
    Kind.HUGGING_FACE: _HUGGING_FACE,
    Kind.HUGGING_FACE_PAGE: _HUGGING_FACE,
    Kind.ARXIV_FEED: _ARXIV,
    Kind.ARXIV_MAIL: _ARXIV,
    Kind.FEED: _FEEDS,
    Kind.JSON_FEED: _FEEDS,
    Kind.PAGE_TEXT: ("pages", "Pages"),
    Kind.MARKDOWN: _LISTS,
    Kind.CSV: _LISTS,
    Kind.JSON_LINES: _LISTS,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of all files, and need not be found out from each.

    Without a source, each digest goes to the usual one of its kind.
    """

    source: Source | None = None
    kind: Kind | None = None
    date: dt.date | None = None


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return the files as they are, and those below each folder by name.

    But for hidden ones, and a README: it would pass for a list in Markdown.
    """
    return [file for path in paths for file in (_below(path) if path.is_dir() else [path])]


def ingest_files(
    paths: Sequence[Path], known: Known, clock: Clock, *, many: int = MANY
) -> Iterator[tuple[Path, Ingested | DigestError]]:
    """Store what each file holds, and yield what it brought or why it was refused, in order.

    From `many` files on, a second process reads ahead. Wherever this is stopped, whole files are
    stored, and it may be run again.

    Raises:
        ReaderDiedError: where that process has died.

    """
    open_all = _read_ahead if len(paths) >= many else _read_in_turn
    source_of = cache(lambda kind: known.source or usual_source(kind))  # else a query a file
    with (
        _quick_commits(),
        closing(open_all(paths, today=clock().date(), kind=known.kind)) as outcomes,
    ):
        for path, got in zip(paths, outcomes, strict=True):
            yield path, _stored(got, source_of, known.date, clock())


def usual_source(kind: Kind) -> Source:
    """Return the source to which digests of a kind belong when none is named; make its row."""
    slug, name = USUAL_SOURCES[kind]
    return Source.objects.get_or_create(slug=slug, defaults={"name": name})[0]


def _below(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if _is_wanted(path.relative_to(folder)))


def _is_wanted(path: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.parts)
    return not is_hidden and path.stem.upper() != "README"


def _read_in_turn(
    paths: Sequence[Path], *, today: dt.date, kind: Kind | None
) -> Generator[Outcome, None, None]:
    for path in paths:
        try:
            yield read(path, today=today, kind=kind)
        except DigestError as error:
            yield error


def _read_ahead(
    paths: Sequence[Path], *, today: dt.date, kind: Kind | None
) -> Generator[Outcome, None, None]:
    return read_ahead(paths, stored.snapshot(), today=today, kind=kind)


def _stored(
    got: Outcome, source_of: Callable[[Kind], Source], date: dt.date | None, now: dt.datetime
) -> Ingested | DigestError:
    if isinstance(got, DigestError):
        return got
    try:
        return store_file(got, source_of(got.kind), date=date, now=now)
    except DigestError as error:
        return error


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Have commits not wait for the disk: when the machine dies, the last 0.6 s may be lost.

    They are lost in whole files, from the end, and the import is run again anyway. A commit of
    another session that does wait, such as a mail's, writes all before it down as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")
