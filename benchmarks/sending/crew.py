"""Celery workers for one measurement, as an installation runs them."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from redis import Redis

from newsletter import processes

_PATIENCE = 180  # seconds
_PAUSE = 0.02  # seconds between two looks; what is measured takes some hundred of them
_TICKS = 100  # a second: USER_HZ, see proc(5)


@dataclass(frozen=True, slots=True)
class Crew:
    """Workers that are ready; `log` is what they say."""

    process: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, is_done: Callable[[], bool]) -> None:
        """Wait for something that they do; SystemExit where they cannot."""
        deadline = time.monotonic() + _PATIENCE
        while not is_done():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The workers did not get it done:\n{self.log.read_text()}")
            time.sleep(_PAUSE)

    def processor_seconds(self) -> float:
        """Return how long they have computed so far, all of them together."""
        return sum(_ticks(stat, self.process.pid) for stat in Path("/proc").glob("[0-9]*/stat"))


@contextmanager
def crew(app: str, size: int, queue: str) -> Iterator[Crew]:
    """Run a worker with so many processes until the block ends; yields it when it is ready."""
    Redis.from_url(settings.REDIS_URL).delete(queue)  # what an earlier run, broken off, left
    celery = [sys.executable, "-m", "celery", "--app", app, "worker", "--loglevel=INFO"]
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            command = [*celery, f"--concurrency={size}", f"--queues={queue}"]
            workers = Crew(processes.start(command, output), log)
        try:
            workers.wait_until(lambda: " ready." in log.read_text())
            yield workers
        finally:
            processes.stop(workers.process)


def _ticks(stat: Path, session: int) -> float:
    """Return the seconds of a process of a session, and of those it has buried: see proc(5)."""
    try:
        fields = stat.read_text().rpartition(") ")[2].split()
    except OSError:  # it has gone
        return 0
    return sum(map(int, fields[11:15])) / _TICKS if int(fields[3]) == session else 0
