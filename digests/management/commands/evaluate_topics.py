import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digests.matching import catalogue
from digests.matching.evaluation import (
    Evaluation,
    JudgedPaper,
    LabelError,
    Mistake,
    Tally,
    evaluate,
    read_judged,
)
from digests.text import clean

WORST = 20


class Command(BaseCommand):
    """Measure how well topics find their papers."""

    help = "Measure the topics on judged papers: precision, recall and F1, and what went wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the file of judged papers."""
        parser.add_argument(
            "file",
            type=Path,
            metavar="LABELLED",
            help="JSON lines with title, abstract, and two lists of topics: core and touch",
        )
        parser.add_argument(
            "--worst", type=int, default=WORST, metavar="N", help="mistakes to list of each sort"
        )
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(self, *, file: Path, worst: int, json: bool, **_: Any) -> None:
        """Match every paper anew, as ingest would, and count."""
        slugs = [topic.slug for topic in catalogue.load()]
        try:
            judged = read_judged(file.read_bytes().splitlines(), slugs)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except LabelError as error:
            raise CommandError(f"{file}: {error}") from error
        found = evaluate(((paper, _matched(paper)) for paper in judged), slugs)
        if json:
            self.stdout.write(_as_json(found, worst))
        else:
            self._show(found, worst)

    def _show(self, found: Evaluation, worst: int) -> None:
        console = Console(file=cast("TextIO", self.stdout))
        console.print(_table(found))
        for heading, mistakes in (
            ("Worst misses", found.misses),
            ("Worst false alarms", found.false_alarms),
        ):
            console.print(f"\n{heading}: {min(worst, len(mistakes))} of {len(mistakes)}")
            for mistake in mistakes[:worst]:
                console.print(Text(_in_words(mistake)), soft_wrap=True)


def _matched(paper: JudgedPaper) -> dict[str, tuple[str, ...]]:
    return catalogue.matcher().match(clean(paper.title), clean(paper.abstract))


def _table(found: Evaluation) -> Table:
    table = Table("Topic", box=SIMPLE_HEAD)
    for heading in ("core", "sent", "precision", "recall", "F1"):
        table.add_column(heading, justify="right")
    for slug, tally in sorted(found.topics.items(), key=lambda row: row[1].f1):
        table.add_row(slug, *_cells(tally))
    table.add_section()
    table.add_row(f"all, {found.papers} papers", *_cells(found.overall))
    return table


def _cells(tally: Tally) -> list[str]:
    shares = (tally.precision, tally.recall, tally.f1)
    return [str(tally.core), str(tally.sent), *(f"{share:.2f}" for share in shares)]


def _in_words(mistake: Mistake) -> str:
    because = f" ({', '.join(mistake.because)})" if mistake.because else ""
    return f"  {mistake.topic}: {clean(mistake.title)}{because}"


def _as_json(found: Evaluation, worst: int) -> str:
    return json.dumps(
        {
            "papers": found.papers,
            "overall": _figures(found.overall),
            "topics": {slug: _figures(tally) for slug, tally in found.topics.items()},
            "misses": [asdict(mistake) for mistake in found.misses[:worst]],
            "false_alarms": [asdict(mistake) for mistake in found.false_alarms[:worst]],
        },
        ensure_ascii=False,
    )


def _figures(tally: Tally) -> dict[str, float]:
    shares = {name: round(getattr(tally, name), 4) for name in ("precision", "recall", "f1")}
    return asdict(tally) | shares
