import datetime as dt
import json
from argparse import ArgumentTypeError
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from digests.files import ingest_file
from digests.ingest import Ingested
from digests.models import Source
from digests.sources import DigestError

USUAL_SOURCE = "pages"
A_FEW = 5


class Command(BaseCommand):
    """Store digests that lie in files."""

    help = "Store the papers of pasted listing pages. A file that cannot be read stores nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and what is known of them."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--date", type=_past_date, help="the digests' date, YYYY-MM-DD")
        parser.add_argument(
            "--source",
            default=USUAL_SOURCE,
            help="slug of the source; a new one makes a new source",
        )
        parser.add_argument("--json", action="store_true", help="print one object per digest")

    def handle(
        self, *, files: list[Path], date: dt.date | None, source: str, json: bool, **_: Any
    ) -> None:
        """Ingest every file, each in a transaction of its own; exit 1 where one was refused."""
        stored, refused = _source(source), 0
        for path in _with_progress(files):
            try:
                ingested = ingest_file(path, stored, date=date, today=timezone.localdate())
            except DigestError as error:
                refused += 1
                self.stderr.write(f"{path}: {error}")
            else:
                self.stdout.write(_as_json(ingested) if json else _as_words(path, ingested))
        if refused:
            raise CommandError(
                f"{refused} of {len(files)} files refused; nothing of them is stored."
            )


def _source(slug: str) -> Source:
    source = Source(slug=slug, name=slug.replace("-", " ").capitalize())
    try:
        source.clean_fields()
    except ValidationError as error:
        raise CommandError(f"--source {slug!r}: use up to 50 letters, digits, - and _.") from error
    return Source.objects.get_or_create(slug=slug, defaults={"name": source.name})[0]


def _past_date(text: str) -> dt.date:
    """Read --date; a digest of the future would hide its papers until then."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date; write YYYY-MM-DD.") from error
    if date > timezone.localdate() + dt.timedelta(days=1):  # somewhere it is tomorrow already
        raise ArgumentTypeError(f"{text} has not come yet; is it the right year?")
    return date


def _with_progress(files: list[Path]) -> Iterable[Path]:
    """Show a bar where there is something to wait for and somebody to see it."""
    console = Console(stderr=True)
    hidden = len(files) <= A_FEW or not console.is_terminal
    return track(files, "Ingesting", console=console, disable=hidden, transient=True)


def _as_json(ingested: Ingested) -> str:
    return json.dumps(asdict(ingested), default=str)


def _as_words(path: Path, ingested: Ingested) -> str:
    counts = f"{ingested.papers} papers, {ingested.new} new, {ingested.known} known"
    return f"{path}: {ingested.source} {ingested.date}: {counts}"
