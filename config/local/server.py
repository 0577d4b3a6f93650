import fcntl
import os
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from signal import Signals
from typing import ClassVar

from . import keeper
from .accounts import command_as, server_account
from .errors import LocalServerError
from .locks import USERS, is_taken, take
from .places import VAR, give, make_private, owner, socket_folder

# Ours would bring PGPORT, PGOPTIONS and the like along.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
RECOVERY = 60  # seconds that a server may take to put its data in order
SILENCE = 2  # seconds until one that somebody else started must listen


class Server(ABC):
    """One server that stands in while its URL is not set."""

    name: ClassVar[str]
    """What its files in var/ are called."""
    title: ClassVar[str]
    setting: ClassVar[str]
    """The environment variable that names a server of one's own."""
    stop_signal: ClassVar[Signals]
    socket_name: ClassVar[str]

    @abstractmethod
    def url(self) -> str:
        """Return how to reach it, whether or not it runs."""

    @abstractmethod
    def command(self) -> list[str]:
        """Return what runs it in the foreground."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder, or put it in order: no server runs in it now."""

    @abstractmethod
    def answers(self) -> bool:
        """Tell whether it is ready for work."""

    @abstractmethod
    def request_stop(self) -> None:
        """Ask it to end, whoever may be connected."""

    @property
    def data(self) -> Path:
        """The folder of its data, which is also its working folder."""
        return VAR / self.name

    @property
    def log(self) -> Path:
        """Where it writes what happens to it."""
        return VAR / f"{self.name}.log"

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return socket_folder() / self.socket_name

    def is_running(self) -> bool:
        """Tell whether a server has the data folder, ready or not, here or in a container.

        It inherits the lock and so do its children: this is true until the last of them is gone,
        and cannot be wrong as a recorded process id can.
        """
        return is_taken(self._alive)

    def ensure_running(self) -> None:
        """Start it unless it runs, and wait until it is ready. Call under `starting()`."""
        started, since = False, time.monotonic()
        while not self.answers():
            if self.is_running():
                # One that listens, or that we just started, may be busy recovering from a crash.
                patience = RECOVERY if started or self.socket.exists() else SILENCE
                if time.monotonic() - since > patience:
                    raise self._unreachable()
            elif started:
                raise self._failed()
            else:
                self._start()
                started = True
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it, which runs, and wait until it is gone. Call under `starting()`."""
        if not self.answers():
            raise self._unreachable()
        self.request_stop()
        os.close(take(self._alive, fcntl.LOCK_SH))

    @property
    def _alive(self) -> Path:
        return VAR / f"{self.name}.alive"

    def _start(self) -> None:
        alive = take(self._alive, fcntl.LOCK_EX)
        try:
            make_private(socket_folder())
            self.prepare()
            self._run_keeper(alive)
        finally:
            os.close(alive)

    def _run_keeper(self, alive: int) -> None:
        keep = [sys.executable, "-IS", keeper.__file__, str(int(self.stop_signal)), str(alive)]
        command = command_as(server_account(), self.command(), stop=self.stop_signal)
        with self.log.open("ab") as log:
            give(self.log, owner())
            subprocess.run(
                [*keep, str(USERS), str(socket_folder()), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.data,
                env=ENVIRONMENT,
                pass_fds=[alive],
                start_new_session=True,  # Ctrl-C in this terminal is not meant for it
                check=False,  # whatever goes wrong shows in the log and by the server's absence
            )

    def _failed(self) -> LocalServerError:
        return LocalServerError(
            f"{self.title} did not start.",
            log=self.log.read_text(errors="replace"),
            remedy=f"mend what the log in {self.log} says, "
            f"or set {self.setting} to use a server of your own.",
        )

    def _unreachable(self) -> LocalServerError:
        return LocalServerError(
            f"{self.title} runs in {self.data}, but does not answer at {self.socket}. "
            "Was the folder moved while it ran, is it shared with a container, was /tmp cleaned?",
            remedy="end the processes that use it: it stops with the last of them.",
        )
