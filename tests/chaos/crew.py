"""Workers that can be killed by the thousand: forked from a process that is warm already."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from django.db import DatabaseError, connections
from django.urls import reverse

from chaos.failpoints import Failpoint
from config.clock import clock
from config.locks import alone
from newsletter.deliver import prepare
from newsletter.models import Bundle
from newsletter.sending import claims, send
from newsletter.sending.outcome import ClosedError
from newsletter.sending.send import send_ready
from newsletter.sending.transports import open_transport
from newsletter.tasks import DRAIN

PAUSE = 0.02  # seconds between two looks for work
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass
class Crew:
    """The living workers, by their process ids. Nobody else in this process may use threads."""

    work: Callable[[], None]
    workers: list[int] = field(default_factory=list)
    started: int = 0
    killed: int = 0
    crashed: int = 0
    """How many ended by an error of their own."""

    def __post_init__(self) -> None:
        """Load what a worker needs for its first mail: whoever is forked from here has it too."""
        reverse("sign-up")
        bundle = Bundle.objects.filter(is_settled=False).first()
        if bundle and (copies := claims._copies(bundle)):
            send.press().load(copies)
            send.press().message(copies[0])

    def start(self, failpoint: Failpoint | None = None) -> int:
        """Start a worker and return its process id."""
        connections.close_all()  # a child must not speak over our connection
        sys.stdout.flush()
        self.started += 1
        if child := os.fork():
            self.workers.append(child)
            return child
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            if failpoint:
                failpoint.arm()
            self.work()
        except BaseException:  # noqa: BLE001 - whatever it is, this process ends here
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    def fill(self, size: int) -> None:
        """Start as many workers as are missing."""
        while len(self.workers) < size:
            self.start()

    def kill(self, worker: int) -> None:
        """Kill a worker, frozen or not, and bury it."""
        os.kill(worker, signal.SIGKILL)
        self._bury(worker, os.waitpid(worker, 0)[1])

    def wait(self) -> None:
        """Wait until all of them have ended by themselves."""
        for worker in [*self.workers]:
            self._bury(worker, os.waitpid(worker, 0)[1])

    @property
    def complaints(self) -> list[str]:
        """What is wrong with its workers, in words."""
        return [f"{self.crashed} workers ended by an error"] if self.crashed else []

    def wake(self, worker: int) -> None:
        """Let a frozen worker go on."""
        os.kill(worker, signal.SIGCONT)

    def end(self) -> None:
        """Kill them all."""
        for worker in [*self.workers]:
            self.kill(worker)

    def news(self) -> tuple[list[int], list[int]]:
        """Return who died by itself, and who froze, since the last look; the dead are buried."""
        dead, frozen = [], []
        for worker in [*self.workers]:
            found, status = os.waitpid(worker, os.WNOHANG | os.WUNTRACED)
            if found and os.WIFSTOPPED(status):
                frozen.append(worker)
            elif found:
                dead.append(worker)
                self._bury(worker, status)
        return dead, frozen

    def _bury(self, worker: int, status: int) -> None:
        self.workers.remove(worker)
        self.killed += os.WIFSIGNALED(status)
        self.crashed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0


def send_for_ever() -> None:
    """Do what the tasks do with what is composed. Nothing that fails ends it."""
    while True:
        try:
            tick_and_send()
        except (DatabaseError, psycopg.Error, ClosedError):
            connections.close_all()
        time.sleep(PAUSE)


def tick_and_send() -> None:
    """Do it once."""
    now = clock()
    with alone("tick") as mine:
        if mine:
            prepare(now())
    with open_transport() as transport:
        send_ready(transport, now, until=now() + DRAIN)
