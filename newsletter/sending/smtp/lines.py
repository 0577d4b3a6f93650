"""Several connections to one server, in one thread."""

import selectors
import socket
import threading
import time
from contextlib import suppress
from queue import Empty, SimpleQueue

from newsletter.sending.smtp.line import Line
from newsletter.sending.smtp.opening import OpeningError, connect
from newsletter.sending.smtp.server import Server

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
TICK = 1.0  # seconds between two looks at who is silent


class Lines:
    """The open connections, and those that are being opened.

    Opening one takes a look-up, several answers and perhaps a handshake: each is opened by a thread
    of its own, so that the others go on meanwhile.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.opened: set[Line] = set()
        self.opening = 0
        self.failure = ""
        """Why the last connection that could not be opened could not."""
        self._selector = selectors.DefaultSelector()
        self._results: SimpleQueue[Line | OpeningError] = SimpleQueue()
        self._is_closed = False
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)  # noqa: FBT003 - its only argument
        self._selector.register(self._ear, READ)
        self._tick = min(TICK, _shortest_patience(server) / 4)
        self._next_tick = 0.0

    def open(self) -> None:
        """Begin to open one more."""
        self.opening += 1
        threading.Thread(target=self._open, daemon=True).start()

    def listen(self, timeout: float | None = None) -> list[Line]:
        """Wait until something happens, and return the lines it happened to."""
        wait = self._tick if timeout is None else min(timeout, self._tick)
        ready: list[Line] = []
        for key, _ in self._selector.select(wait):
            line: Line | None = key.data
            if line is None:
                ready += self._take_opened()
            else:
                line.read()
                ready.append(line)
        now = time.monotonic()
        if now >= self._next_tick:
            self._next_tick = now + self._tick
            ready += self._silent(now, ready)
        return ready

    def write(self, line: Line) -> None:
        """Send what a line has to send; what has to wait goes out while `listen` waits."""
        waits = line.write()
        if waits != line.waits_to_write:
            line.waits_to_write = waits
            self._selector.modify(line.sock, READ | WRITE if waits else READ, line)

    def drop(self, line: Line) -> None:
        """Hang up."""
        self.opened.discard(line)
        self._selector.unregister(line.sock)
        line.hang_up()

    def close(self) -> None:
        """Hang up everywhere; what is still being opened will be closed as soon as it is."""
        for line in [*self.opened]:
            self.drop(line)
        self._is_closed = True
        self._selector.close()
        self._ear.close()
        self._bell.close()
        self._hang_up_unheard()

    def _open(self) -> None:
        try:
            sock, offers = connect(self.server)
            self._results.put(Line(sock, offers, self.server.patience))
        except OpeningError as error:
            self._results.put(error)
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for the result
            self._results.put(
                OpeningError(f"no connection to the mail server: {type(error).__name__}")
            )
        if self._is_closed:
            self._hang_up_unheard()
        else:
            with suppress(OSError):
                self._bell.send(b"!")

    def _take_opened(self) -> list[Line]:
        with suppress(BlockingIOError):
            self._ear.recv(self.opening or 1)
        lines = []
        for result in self._heard():
            self.opening -= 1
            if isinstance(result, Line):
                lines.append(result)
                self._selector.register(result.sock, READ, result)
            else:
                self.failure = str(result)
        self.opened.update(lines)
        return lines

    def _heard(self) -> list[Line | OpeningError]:
        results = []
        with suppress(Empty):
            while True:
                results.append(self._results.get_nowait())
        return results

    def _hang_up_unheard(self) -> None:
        for result in self._heard():
            if isinstance(result, Line):
                result.hang_up()

    def _silent(self, now: float, ready: list[Line]) -> list[Line]:
        others = self.opened.difference(ready)
        for line in others:
            line.lose_patience(now)
        return [line for line in others if line.dialogue.is_over]


def _shortest_patience(server: Server) -> float:
    patience = server.patience
    return min(patience.answer, patience.content, patience.final)
