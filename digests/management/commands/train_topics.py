import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from digests.management import judged as judged_papers
from digests.matching import catalogue
from digests.matching.weights import judge


class Command(BaseCommand):
    """Learn how much words and phrases prove."""

    help = (
        "Learn from judged papers how much each word and phrase proves for the topics. What comes "
        "out holds no paper's text; the same papers always give the same file."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the judged papers, and where the weights go."""
        judged_papers.add_file(parser)
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            default=judge.FILE,
            help="where to write the weights; else the project's own are replaced",
        )

    def handle(self, *, file: Path, output: Path, **_: Any) -> None:
        """Learn, and write only when all is learnt."""
        with judged_papers.what_learning_needs():
            from digests.matching.weights.training import train, written  # noqa: PLC0415 - may be missing
        topics = catalogue.load()
        judged = judged_papers.read(file, [topic.slug for topic in topics.topics])
        with Console(stderr=True).status(f"Learning from {len(judged):,} papers"):
            weights = train(judged, topics)
        _replace(output, written(weights))
        self.stdout.write(
            f"{output}: {len(weights.words) + len(weights.title_words):,} words' weights for"
            f" {len(weights.topics)} topics, learnt from {weights.papers:,} papers."
        )


def _replace(file: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that whoever reads it finds the old or the new one."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(file)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
