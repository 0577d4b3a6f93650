"""Postfix's own generator and sink, in C: the yardsticks."""

import os
import resource
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import Result
from benchmarks.sending.sink import running

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_PATIENCE = 10  # seconds


def smtp_source(port: int, mails: int, sessions: int, mail: Path) -> Result:
    """Send the mail in a file so many times over so many sessions; return what it took."""
    command = [_program("smtp-source"), "-d", "-s", str(sessions), "-m", str(mails)]
    addresses = ["-f", "paperboy@localhost", "-t", "reader@example.org"]
    computed, start = _computed_by_children(), time.perf_counter()
    subprocess.run([*command, *addresses, "-F", mail, f"127.0.0.1:{port}"], check=True)
    seconds = time.perf_counter() - start
    return {"mails": mails, "seconds": seconds, "computed": _computed_by_children() - computed}


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Run Postfix's sink until the block ends; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    as_nobody = [] if os.geteuid() else ["-u", "nobody"]
    with running([_program("smtp-sink"), *as_nobody, f"127.0.0.1:{port}", "1000"]):
        _wait_for(port)
        yield port


def _program(name: str) -> str:
    found = shutil.which(name, path=_PATH)
    if not found:
        raise SystemExit(f"There is no {name}. On Debian: apt install postfix")
    return found


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise SystemExit("smtp-sink did not start.")


def _computed_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
