"""Locks on files of var/: the kernel frees them when a process ends, however it ends."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .errors import LocalServerError
from .places import VAR

STARTING = VAR / "servers.lock"
USERS = VAR / "servers.users"
PATIENCE = 60  # seconds; the first start, which somebody else may be at, takes about one


@cache
def join_users() -> int:
    """Count this process, and every child it forks, among the users of the servers for life.

    Returns the descriptor that holds the shared lock; a server's keeper waits for the exclusive
    one, and stops the server when it gets it.
    """
    return take(USERS, fcntl.LOCK_SH)


@contextmanager
def starting() -> Iterator[None]:
    """Let one process at a time start or stop servers."""
    descriptor = take(STARTING, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def take(path: Path, kind: int) -> int:
    """Return a descriptor that holds the lock; closing it frees the lock."""
    descriptor = _open(path)
    deadline = time.monotonic() + PATIENCE
    while not _try(descriptor, kind):
        if time.monotonic() > deadline:
            os.close(descriptor)
            raise LocalServerError(
                f"{path} has been locked by another process for {PATIENCE} s.",
                remedy=f"end the process that `fuser '{path}'` names.",
            )
        time.sleep(0.02)
    return descriptor


def is_taken(path: Path) -> bool:
    """Tell whether some process holds the exclusive lock."""
    if not path.exists():
        return False
    descriptor = _open(path)
    try:
        return not _try(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    # Reading is enough for flock(), so that a file that root made serves its owner too.
    return os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
