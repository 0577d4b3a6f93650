"""What the commands that work with judged papers share."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, CommandParser

from digests.matching.weights.evaluation import JudgedPaper, LabelError, read_judged


def add_file(parser: CommandParser) -> None:
    """Declare the file of judged papers."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="LABELLED",
        help="JSON lines with title, abstract, and two lists of topics: core and touch",
    )


def read(file: Path, known: Collection[str]) -> list[JudgedPaper]:
    """Read judged papers; raises CommandError with the file, the line and the reason."""
    try:
        judged = read_judged(file.read_bytes().splitlines(), known)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    except LabelError as error:
        raise CommandError(f"{file}: {error}") from error
    if not judged:
        raise CommandError(f"{file} holds no judged paper.")
    return judged


@contextmanager
def what_learning_needs() -> Iterator[None]:
    """Raise CommandError where an import fails that only those who develop have installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CommandError(
            f"Learning needs {error.name}; run: pip install -r requirements-dev.txt"
        ) from error
