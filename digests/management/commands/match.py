import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from digests.ingest.reading import read
from digests.ingest.records import storable
from digests.matching import catalogue
from digests.matching.snapshot import Readable
from digests.readable import readable
from digests.sources import DigestError


class Command(BaseCommand):
    """Show which topics papers belong to, and why, without storing anything."""

    help = (
        "Show which topics the papers of files belong to, and which words say so. Stores nothing."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files."""
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a digest of any kind"
        )
        parser.add_argument("--json", action="store_true", help="print one object per paper")

    def handle(self, *, files: list[Path], json: bool, **_: Any) -> None:
        """Print a line or a paragraph for each paper; exit 1 at a file that cannot be read."""
        matcher, show = catalogue.matcher(), _as_json if json else _as_words
        for path in files:
            try:
                papers = storable(read(path, today=timezone.localdate()).digest.papers)
            except DigestError as error:
                raise CommandError(f"{path}: {error}") from error
            for paper in papers:
                text = Readable.of(paper).text()
                self.stdout.write(show(paper.title, matcher.match(text)))


def _as_json(title: str, topics: Mapping[str, tuple[str, ...]]) -> str:
    matched = [{"slug": slug, "because": [*because]} for slug, because in topics.items()]
    return json.dumps({"title": title, "topics": matched}, ensure_ascii=False)


def _as_words(title: str, topics: Mapping[str, tuple[str, ...]]) -> str:
    matched = [f"  {slug}: {', '.join(because)}" for slug, because in topics.items()]
    return "\n".join([readable(title), *(matched or ["  (no topic)"])])
