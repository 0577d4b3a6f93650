"""Read many files in a process beside ours, which stores the digests before them meanwhile.

There is one reader and one pipe. So digests come in their order; the pipe, which holds a digest or
two, keeps the reader from running ahead, however large the archive; and whichever of the two
processes dies, the other one meets the end of the pipe.
"""

import datetime as dt
import multiprocessing
import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeAlias

from digests.ingest.reading import DigestFile, match, read
from digests.matching.snapshot import Snapshot
from digests.sources import DigestError, Kind

Outcome: TypeAlias = DigestFile | DigestError


class ReaderDiedError(Exception):
    """The process that reads has died; the message says how, and at which file."""


def read_ahead(
    paths: Sequence[Path], topics: Snapshot, *, today: dt.date, kind: Kind | None = None
) -> Generator[Outcome, None, None]:
    """Yield what each file holds, its papers matched with `topics`, or why it was refused.

    Close it when the last files are not wanted: then the process ends at once.

    Raises:
        ReaderDiedError: where the process did not live to read the last file.

    """
    with _reader(paths, topics, today, kind) as (process, pipe):
        for path in paths:
            try:
                yield pipe.recv()
            except (EOFError, OSError) as error:  # before a digest, or in the middle of one
                process.join()
                raise ReaderDiedError(
                    f"the process that reads ahead died at {path} (exit code {process.exitcode})"
                ) from error


@contextmanager
def _reader(
    paths: Sequence[Path], topics: Snapshot, today: dt.date, kind: Kind | None
) -> Iterator[tuple[BaseProcess, Connection]]:
    """Run the process until the block ends."""
    # Not a fork: our connection to the database and its threads must not be there twice.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, paths, topics, today, kind), daemon=True)
    resource_tracker.ensure_running()  # Python's helper; its own start would let Ctrl-C through
    with receiver:
        with sender, _ctrl_c_held():
            process.start()
        try:
            yield process, receiver
        finally:
            process.terminate()
            process.join()


def _send(
    pipe: Connection, paths: Sequence[Path], topics: Snapshot, today: dt.date, kind: Kind | None
) -> None:
    matcher = topics.matcher()
    with suppress(BrokenPipeError):  # nobody wants the rest
        for path in paths:
            try:
                file = read(path, today=today, kind=kind)
                pipe.send(match(file, matcher, topics.stamp))
            except DigestError as error:
                pipe.send(error)


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Hold Ctrl-C back for the block, and for good in a process that is started there.

    A terminal sends it to both processes; ours alone answers it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
