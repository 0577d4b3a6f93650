"""The mail server that every sender of this benchmark is measured into."""

import shutil
import smtplib
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

_SOURCE = Path(__file__).with_name("sink.c")
_COMPILE = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True, slots=True)
class Sink:
    """A mail server on this machine that takes whatever comes."""

    port: int

    @property
    def taken(self) -> int:
        """How many mails have come."""
        return self._came()[0]

    @property
    def size(self) -> int:
        """How many bytes a mail had on average."""
        mails, in_all = self._came()
        return in_all // max(mails, 1)

    def _came(self) -> tuple[int, int]:
        with smtplib.SMTP("127.0.0.1", self.port) as client:
            _, answer = client.docmd("STAT")
        mails, in_all = map(int, answer.split())
        return mails, in_all


def compiled(folder: Path) -> Path:
    """Compile the sink into a folder; SystemExit where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise SystemExit("There is no C compiler. On Debian: apt install gcc libc6-dev")
    program = folder / "sink"
    subprocess.run([compiler, *_COMPILE, "-o", program, _SOURCE], check=True)
    return program


@contextmanager
def sink(program: Path, *options: str) -> Iterator[Sink]:
    """Run a sink until the block ends; `sink --help` tells its options."""
    with running([program, *options]) as output:
        yield Sink(int(output.readline()))


@contextmanager
def running(command: Sequence[str | Path]) -> Iterator[IO[bytes]]:
    """Run a program until the block ends; yields what it says."""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            yield cast("IO[bytes]", process.stdout)
        finally:
            process.kill()
