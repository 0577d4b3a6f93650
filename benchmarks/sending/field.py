"""What all senders have in common: two composed mornings, one sink program, one sample."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks.databases import copy_of, migrated
from benchmarks.processes import Result, run_program
from benchmarks.sending.sink import Sink, compiled, sink

# As the migration that makes it: with the numbers of another one, a copy would pass for a backup
# that was restored (see `newsletter/sending/marker.py`).
NUMBERS_OF_ITS_OWN = """
SELECT setval('newsletter_fence', floor(random() * (2 ^ 27 - 1) + 1)::bigint << 36)
"""


@dataclass(frozen=True, slots=True)
class Field:
    """Names of databases that are copied for each measurement, and what goes with them.

    In `shared` readers have lists as they really do, in `own` each has a list that nobody else has.
    `mail` is a file with the mail of one of them, its lines ended as Postfix's generator wants it,
    and `stories` are what that mail tells.
    """

    program: Path
    shared: str
    own: str
    workers: int
    mail: Path
    stories: list[Result]

    @contextmanager
    def sink(self, *options: str) -> Iterator[Sink]:
        """Run the sink until the block ends."""
        with sink(self.program, *options) as running:
            yield running

    @contextmanager
    def morning(self, database: str) -> Iterator[str]:
        """Make a copy of a morning, all of it on disk; yields its URL."""
        with copy_of(database) as url:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(NUMBERS_OF_ITS_OWN)
                connection.execute("CHECKPOINT")
            yield url

    def step(self, function: str, port: int, url: str = "", **arguments: object) -> Result:
        """Call a function of this package in a process of its own, with mail going to a port.

        What is in capitals goes into its environment.
        """
        given = {name: str(arguments.pop(name)) for name in [*arguments] if name.isupper()}
        given |= {"EMAIL_URL": f"smtp+plain://127.0.0.1:{port}", "SENDERS": str(self.workers)}
        database = {"DATABASE_URL": url} if url else {}
        return _step(function, arguments, QUEUE="benchmark", **given, **database)


@contextmanager
def laid_out(readers: int, workers: int) -> Iterator[Field]:
    """Lay out the field for so many readers and worker processes."""
    with (
        TemporaryDirectory() as folder,
        migrated() as tables,
        _composed(tables, readers, shared=True) as shared,
        _composed(tables, readers, shared=False) as own,
    ):
        with copy_of(shared) as url:
            sample = _step("samples.sample", {}, DATABASE_URL=url)
        mail = Path(folder) / "mail"
        mail.write_text(sample["mail"].replace("\r\n", "\n"), newline="")
        yield Field(compiled(Path(folder)), shared, own, workers, mail, sample["stories"])


@contextmanager
def _composed(tables: str, readers: int, *, shared: bool) -> Iterator[str]:
    with copy_of(tables) as url:
        _step("morning.compose", {"readers": readers, "shared": shared}, DATABASE_URL=url)
        yield url.rpartition("/")[2]


def _step(function: str, arguments: dict[str, object], **environment: str) -> Result:
    command = [sys.executable, "-m", "benchmarks.sending.step", function, json.dumps(arguments)]
    return run_program(command, **environment)
