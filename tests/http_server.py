"""A small HTTP server on loopback that answers as told, misbehaviour included.

with HTTPServer() as server:
    server.answer("/list", Answer(503), Answer(body=b"[]"))  # then the last one, for ever
    httpx.get(f"{server.url}/list")
"""

import socket
import socketserver
import ssl
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from beside import BackgroundServer

Headers = tuple[tuple[str, str], ...]


class Act(Enum):
    """What may happen instead of an answer."""

    DROP = auto()
    """The connection ends."""
    SILENCE = auto()
    """Nothing, for as long as the client stays."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A proper answer, with its right Content-Length."""

    status: int = 200
    headers: Headers = ()
    body: bytes = b""

    def __iter__(self) -> Iterator[bytes]:
        """Give what travels; header values in Latin-1."""
        lines = [f"{name}: {value}" for name, value in self.headers]
        lines = [f"HTTP/1.1 {self.status} As told", *lines, f"Content-Length: {len(self.body)}"]
        yield "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + self.body


@dataclass(frozen=True, slots=True)
class Trickle:
    """The beginning of an answer, then a byte at a time until the client goes."""

    start: bytes
    byte: bytes = b"x"
    seconds: float = 0.02

    def __iter__(self) -> Iterator[bytes]:
        """Give what travels, and wait between."""
        yield self.start
        while True:
            time.sleep(self.seconds)
            yield self.byte


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; names of headers in lower case."""

    target: str
    headers: dict[str, str]


# Bytes travel as they are, piece by piece, and then the connection ends.
Reply = Act | Iterable[bytes]


class HTTPServer(BackgroundServer):
    """Answers 404 unless told otherwise; one thread a connection, one request each."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.requests: list[Asked] = []
        self.connections = 0
        self._tls = tls
        self._replies: defaultdict[str, deque[Reply]] = defaultdict(deque)

    @property
    def port(self) -> int:
        """Where the server listens on 127.0.0.1."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Its address, without a final slash."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def answer(self, target: str, *replies: Reply) -> None:
        """Answer requests for `target` so, in this order; the last one again and again."""
        self._replies[target].extend(replies)

    def next_reply(self, target: str) -> Reply:
        """Return what was asked for, or else a 404."""
        wanted = self._replies[target] or deque([Answer(404)])
        return wanted.popleft() if len(wanted) > 1 else wanted[0]

    def get_request(self) -> tuple[socket.socket, object]:
        """Accept a connection; the handshake is its own thread's."""
        self.connections += 1
        connection, address = super().get_request()
        if self._tls:
            connection = self._tls.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address


class _Conversation(socketserver.StreamRequestHandler):
    """One connection with one request."""

    server: HTTPServer

    def handle(self) -> None:
        with suppress(OSError):  # the client may go when it likes, or refuse our certificate
            if request := self._request():
                self.server.requests.append(request)
                self._give(self.server.next_reply(request.target))

    def _request(self) -> Asked | None:
        first = self.rfile.readline().decode("latin-1").split()
        headers = {}
        while line := self.rfile.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return Asked(first[1], headers) if first else None

    def _give(self, reply: Reply) -> None:
        if reply is Act.SILENCE:
            self.rfile.read()  # until the client goes
        if not isinstance(reply, Act):
            for piece in reply:
                self.wfile.write(piece)
