import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from digests.ingest.ahead import ReaderDiedError
from digests.ingest.archive import Known, files_in, ingest_files
from digests.ingest.once import Ingested
from digests.management.words import A_FEW, counts, past_day
from digests.models import Source
from digests.sources import DigestError, Kind

CTRL_C = 130  # as shells count: 128 and the number of the signal


@dataclass(slots=True)
class Tally:
    """What came of the files so far."""

    files: int
    stored: int = 0
    papers: int = 0
    new: int = 0
    refused: list[str] = field(default_factory=list)

    def add(self, path: Path, got: Ingested | DigestError) -> None:
        """Count one file."""
        if isinstance(got, DigestError):
            self.refused.append(f"{path}: {got}")
        else:
            self.stored += 1
            self.papers += got.papers
            self.new += got.new

    def __str__(self) -> str:
        return f"{self.stored} of {self.files} files: {_counts(self.papers, self.new)}"


class Command(BaseCommand):
    """Store digests that lie in files."""

    help = (
        "Store the papers of digests that lie in files. A file that cannot be read stores nothing "
        "and holds up no other. Files that are known change nothing, so it may be run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the files and what is known of them."""
        kinds = [kind.value for kind in Kind]
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="a digest, or a folder of them"
        )
        parser.add_argument(
            "--date",
            type=_past_date,
            metavar="DAY",
            help="their date, as 2026-03-16; else each one's own, or the one in its name",
        )
        parser.add_argument(
            "--source",
            metavar="SLUG",
            help="where they come from; a new slug makes a new source; else each kind's usual one",
        )
        parser.add_argument(
            "--kind",
            choices=kinds,
            metavar="KIND",
            help=f"how they are written, where their content does not tell: {', '.join(kinds)}",
        )
        parser.add_argument("--json", action="store_true", help="print one object per digest")

    def handle(
        self,
        *,
        files: list[Path],
        date: dt.date | None,
        source: str | None,
        kind: str | None,
        json: bool,
        **_: Any,
    ) -> None:
        """Ingest every file, each in a transaction of its own; exit 1 where one was refused."""
        known = Known(
            source=None if source is None else _source(source),
            kind=Kind(kind) if kind else None,
            date=date,
        )
        paths = files_in(files)
        tally = Tally(len(paths))
        try:
            self._ingest(paths, known, tally, json=json)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped. What is stored stays; run it again for the rest.", returncode=CTRL_C
            ) from None
        except ReaderDiedError as error:
            raise CommandError(f"Stopped: {error}. What is stored stays.") from error
        finally:
            self._report(tally, json=json)
        if not paths:
            raise CommandError("There are no files in there.")
        if tally.refused:
            raise CommandError(
                f"{len(tally.refused)} of {len(paths)} files refused; nothing of them is stored."
            )

    def _ingest(self, paths: Sequence[Path], known: Known, tally: Tally, *, json: bool) -> None:
        """Ingest the files, with a bar where there is something to wait for and somebody to see it.

        A line for each digest would tear the bar if both went to one screen. The bar it is then,
        unless JSON was asked for.
        """
        console, on_screen = Console(stderr=True), self.stdout.isatty()
        has_bar = len(paths) > A_FEW and console.is_terminal and not (json and on_screen)
        has_lines = json or not (has_bar and on_screen)
        with _bar(console, disable=not has_bar) as bar:
            task = bar.add_task("Ingesting", total=len(paths), papers=0)
            for path, got in ingest_files(paths, known, timezone.now):
                tally.add(path, got)
                bar.update(task, advance=1, papers=tally.papers)
                if has_lines and isinstance(got, Ingested):
                    self.stdout.write(_as_json(got) if json else _as_words(path, got))

    def _report(self, tally: Tally, *, json: bool) -> None:
        """Say what came of all files, and which ones were refused."""
        if tally.files > 1 and not json:
            self.stdout.write(str(tally))
        for refusal in tally.refused:
            self.stderr.write(refusal)


def _source(slug: str) -> Source:
    source = Source(slug=slug, name=slug.replace("-", " ").capitalize())
    try:
        source.clean_fields()
    except ValidationError as error:
        raise CommandError(f"--source {slug!r}: use up to 50 letters, digits, - and _.") from error
    return Source.objects.get_or_create(slug=slug, defaults={"name": source.name})[0]


def _past_date(text: str) -> dt.date:
    """Read --date; a digest of the future would hide its papers until then."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)  # which it is somewhere already
    return past_day(text, latest=tomorrow)


def _bar(console: Console, *, disable: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files, {task.fields[papers]:,} papers"),
        TimeRemainingColumn(),
        console=console,
        disable=disable,
        transient=True,
    )


def _as_json(ingested: Ingested) -> str:
    return json.dumps(asdict(ingested), default=str)


def _as_words(path: Path, ingested: Ingested) -> str:
    counts = _counts(ingested.papers, ingested.new)
    return f"{path}: {ingested.source} {ingested.date}: {counts}"


def _counts(papers: int, new: int) -> str:
    return counts(papers, new) if papers else "0 papers"
