"""A dialogue on a socket that never blocks."""

import math
import socket
import ssl
from contextlib import suppress

from newsletter.sending.smtp.dialogue import Dialogue, Wait
from newsletter.sending.smtp.offers import Offers
from newsletter.sending.smtp.server import Patience

CHUNK = 16_384
NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """One connection: moves bytes between its socket and its dialogue."""

    def __init__(self, sock: socket.socket, offers: Offers, patience: Patience) -> None:
        self.sock = sock
        self.waits_to_write = False
        self.dialogue = Dialogue(offers)
        self._patience = {
            Wait.ROOM: patience.content,
            Wait.ANSWER: patience.answer,
            Wait.FINAL_ANSWER: patience.final,
        }
        self._seen: tuple[Wait, int] | None = None
        self._since = 0.0
        self._is_secure = isinstance(sock, ssl.SSLSocket)
        sock.setblocking(False)  # noqa: FBT003 - its only argument

    def read(self) -> None:
        """Take what has come."""
        try:
            data = self.sock.recv(CHUNK)
            self.dialogue.receive(data)
            # What TLS has taken from the socket already will not wake us up again.
            while self._is_secure and not self.dialogue.is_over:
                self.dialogue.receive(self.sock.recv(CHUNK))
        except NOT_NOW:
            pass
        except OSError as error:
            self.dialogue.lose(type(error).__name__)

    def write(self) -> bool:
        """Send what there is to send; return whether some of it has to wait."""
        while outgoing := self.dialogue.outgoing:
            try:
                self.dialogue.written(self.sock.send(outgoing))
            except NOT_NOW:
                return True
            except OSError as error:
                if self._is_secure:  # how much has left is its secret
                    self.dialogue.written(len(outgoing))
                self.dialogue.lose(type(error).__name__)
        return False

    def lose_patience(self, now: float) -> None:
        """Give up a server that has been silent for too long; `now` in seconds, monotonic."""
        seen = self.dialogue.waits_for, self.dialogue.progress
        if seen != self._seen:
            self._seen, self._since = seen, now
        elif now - self._since > self._patience.get(seen[0], math.inf):
            self.dialogue.lose("the server is silent")

    def hang_up(self) -> None:
        """Say goodbye, where there is still somebody to say it to, and close."""
        if self.dialogue.is_idle and not self.dialogue.is_over:
            with suppress(OSError):
                self.sock.send(b"QUIT\r\n")
        self.dialogue.leave()
        self.sock.close()
