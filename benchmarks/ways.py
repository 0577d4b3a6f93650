"""The ways to store an archive that are measured against each other."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from digests.identity.names import AliasKind
from digests.ingest.archive import Known, ingest_files, usual_source
from digests.ingest.files import store_file
from digests.ingest.reading import match, read
from digests.matching import stored
from digests.models import Alias, DigestPaper, Paper, PaperTopic
from digests.sources import DigestError


def command(paths: Sequence[Path]) -> dict[str, float]:
    """Store the files as `manage.py ingest` does."""
    for path, got in ingest_files(paths, Known(), timezone.now):
        if isinstance(got, DigestError):
            raise SystemExit(f"{path}: {got}")
    return {}


def plain(paths: Sequence[Path]) -> dict[str, float]:
    """Store one file after the other; return the seconds spent in each phase."""
    phases = _Phases()
    stamp, matcher = stored.matcher()
    for path in paths:
        now = timezone.now()
        with phases.time("read and parse"):
            file = read(path, today=now.date())
        with phases.time("match"):
            file = match(file, matcher, stamp)
        with connection.execute_wrapper(phases.statement), phases.store():
            store_file(file, usual_source(file.kind), date=None, now=now)
    return phases.seconds


WAYS = {"command": command, "plain": plain}


def rows_stored() -> dict[str, int]:
    """Count what the benchmark must find."""
    arxiv_ids = Alias.objects.filter(kind=AliasKind.ARXIV)
    return {
        "papers": Paper.objects.standing().count(),
        "merged": Paper.objects.exclude(merged_into=None).count(),
        "arxiv_ids": arxiv_ids.values("value").distinct().count(),
        "listings": DigestPaper.objects.count(),
        "topics": PaperTopic.objects.count(),
    }


class _Phases:
    """Seconds, by phase."""

    def __init__(self) -> None:
        self.seconds = defaultdict[str, float](float)
        self._statements_end = 0.0

    @contextmanager
    def time(self, phase: str) -> Iterator[None]:
        """Count the time of a block for a phase."""
        start = time.perf_counter()
        yield
        self.seconds[phase] += time.perf_counter() - start

    def statement(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Execute a statement, and count its time."""
        with self.time("statements"):
            result = execute(*statement)
        self._statements_end = time.perf_counter()
        return result

    @contextmanager
    def store(self) -> Iterator[None]:
        """Part the time of a block: statements, the commit after the last one, our own work."""
        start, before = time.perf_counter(), self.seconds["statements"]
        yield
        end = time.perf_counter()
        self.seconds["commit"] += end - self._statements_end
        statements = self.seconds["statements"] - before
        self.seconds["identify and the like"] += self._statements_end - start - statements
