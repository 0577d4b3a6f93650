"""Work beside the test's own: in other processes, and over other connections."""

import socketserver
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import connection


def database_url() -> str:
    """Return the URL of the test's database, for a process that is to work on its rows."""
    server, _, _ = settings.DATABASE_URL.rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}"


def as_another_worker(act: Callable[[], object]) -> None:
    """Act over a connection of its own, as another worker would, and wait for it."""

    def act_and_leave() -> None:
        act()
        connection.close()

    other = threading.Thread(target=act_and_leave)
    other.start()
    other.join()


class BackgroundServer(socketserver.ThreadingTCPServer):
    """A server that answers from a thread of its own, for as long as the block lasts."""

    daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()
        super().__exit__(exc_type, exc, traceback)
