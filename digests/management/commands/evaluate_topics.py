import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from digests.management import judged as judged_papers
from digests.matching import catalogue
from digests.matching.matcher import MOST_REASONS
from digests.matching.weights.evaluation import (
    Evaluation,
    JudgedPaper,
    Mistake,
    Outcome,
    Tally,
    evaluate,
)
from digests.text import clean

WORST = 20
SEEN = (
    "Measured with the project's weights. Papers that these were learnt from flatter the figures;"
    " --folds 10 shows what to expect of others."
)
UNSEEN = "Each paper was matched with weights learnt without it: {folds} folds."


class Command(BaseCommand):
    """Measure how well topics find their papers."""

    help = "Measure the topics on judged papers: precision, recall and F1, and what went wrong."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the judged papers, and how they are matched."""
        judged_papers.add_file(parser)
        parser.add_argument(
            "--folds",
            type=_from(2),
            metavar="N",
            help="match the papers in N parts, each with weights learnt anew from all the others",
        )
        parser.add_argument(
            "--first",
            type=_from(1),
            metavar="N",
            help="measure on the first N papers only; --folds still learns from the others too",
        )
        parser.add_argument(
            "--worst",
            type=_from(0),
            default=WORST,
            metavar="N",
            help="mistakes to list of each sort",
        )
        parser.add_argument("--json", action="store_true", help="print one object")

    def handle(
        self,
        *,
        file: Path,
        folds: int | None,
        first: int | None,
        worst: int,
        json: bool,
        **_: Any,
    ) -> None:
        """Match every paper anew, as ingest would, and count."""
        slugs = [topic.slug for topic in catalogue.load().topics]
        judged = judged_papers.read(file, slugs)
        measured = judged[:first]
        outcomes = _held_out(judged, len(measured), folds) if folds else _shipped(measured)
        found = evaluate(_tracked(outcomes, len(measured)), slugs)
        if json:
            self.stdout.write(_as_json(found, folds, worst))
        else:
            self._show(found, folds, worst)

    def _show(self, found: Evaluation, folds: int | None, worst: int) -> None:
        console = Console(file=cast("TextIO", self.stdout))
        console.print(_table(found))
        console.print(UNSEEN.format(folds=folds) if folds else SEEN)
        for heading, mistakes in (
            ("Worst misses", found.misses),
            ("Worst false alarms", found.false_alarms),
        ):
            console.print(f"\n{heading}: {min(worst, len(mistakes))} of {len(mistakes)}")
            for mistake in mistakes[:worst]:
                console.print(Text(_in_words(mistake)), soft_wrap=True)


def _from(least: int) -> Callable[[str], int]:
    """Return what reads a whole number that is not less."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise ArgumentTypeError(f"{text!r} is no whole number from {least} up.")
        return int(text)

    return number


def _shipped(judged: Sequence[JudgedPaper]) -> Iterator[Outcome]:
    matcher = catalogue.matcher()
    return (Outcome.of(paper, matcher) for paper in judged)


def _held_out(judged: Sequence[JudgedPaper], first: int, folds: int) -> Iterator[Outcome]:
    with judged_papers.what_learning_needs():
        from digests.matching.weights.training import held_out  # noqa: PLC0415 - may be missing
    if folds > first:
        raise CommandError(f"--folds {folds}: that is more than the {first} papers to measure on.")
    return held_out(judged, catalogue.load(), folds, first)


def _tracked(outcomes: Iterator[Outcome], count: int) -> Iterable[Outcome]:
    """Show a bar while they come, where there is a terminal."""
    return track(outcomes, "Measuring", count, console=Console(stderr=True), transient=True)


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
    because = f" ({', '.join(mistake.because[:MOST_REASONS])})" if mistake.because else ""
    return f"  {mistake.topic}: {clean(mistake.title)}{because}"


def _as_json(found: Evaluation, folds: int | None, worst: int) -> str:
    return json.dumps(
        {
            "papers": found.papers,
            "folds": folds,
            "overall": _figures(found.overall),
            "topics": {slug: _figures(tally) for slug, tally in found.topics.items()},
            "misses": [_told(mistake) for mistake in found.misses[:worst]],
            "false_alarms": [_told(mistake) for mistake in found.false_alarms[:worst]],
        },
        ensure_ascii=False,
    )


def _told(mistake: Mistake) -> dict[str, object]:
    return asdict(mistake) | {"title": clean(mistake.title)}


def _figures(tally: Tally) -> dict[str, float]:
    shares = {name: round(getattr(tally, name), 4) for name in ("precision", "recall", "f1")}
    return asdict(tally) | shares
