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


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Run acts in threads of their own, let loose together, and return what they raised."""
    barrier, raised = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return raised


def begin(act: Callable[[], object]) -> threading.Thread:
    """Let an act begin in a thread of its own, up to where it has to wait for us."""
    thread = threading.Thread(target=at_once, args=(act,))
    thread.start()
    while thread.is_alive() and not somebody_waits():
        pass
    return thread


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


def somebody_waits() -> bool:
    """Tell whether another connection waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # or a transaction sees its first look
        cursor.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() is not None
