"""A small SMTP server on loopback that keeps the mails it takes and misbehaves on request.

with SMTPServer() as server:
    server.answer("RCPT", "450 4.7.1 Greylisted", Act.DROP)  # the next two times; then as usual
"""

import socketserver
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from beside import BackgroundServer

# What is said on connecting, to every command, and to the final dot.
USUAL = {
    "CONNECT": "220 loopback",
    "EHLO": "250-loopback\r\n250 AUTH PLAIN",
    "AUTH": "235 2.7.0 Welcome",
    "DATA": "354 Go ahead",
    ".": "250 2.0.0 Taken",
    "QUIT": "221 Bye",
}


class Act(Enum):
    """What may happen instead of an answer."""

    DROP = auto()
    """The connection ends."""
    TAKE_AND_DROP = auto()
    """The same, but the mail was taken (after the final dot only)."""
    SILENCE = auto()
    """Nothing, for as long as the client stays."""


Answer = str | Act


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail the server took, its content exactly as it travelled: dots doubled."""

    sender: str
    recipient: str
    wire: bytes

    @property
    def content(self) -> bytes:
        """The mail as its reader gets it (RFC 5321, section 4.5.2)."""
        lines = self.wire.split(b"\r\n")
        return b"\r\n".join(line.removeprefix(b".") for line in lines)


class SMTPServer(BackgroundServer):
    """Takes every mail, unless told otherwise; one thread a connection."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails: list[Mail] = []
        self.commands: list[str] = []
        self.connections = 0
        self._answers: defaultdict[str, deque[Answer]] = defaultdict(deque)

    @property
    def port(self) -> int:
        """Where the server listens on 127.0.0.1."""
        return int(self.server_address[1])

    def answer(self, step: str, *answers: Answer) -> None:
        """Answer `step` so, the next times it comes.

        A step is a command's first word, CONNECT, BODY (after the first line of the mail) or the
        final dot.
        """
        self._answers[step].extend(answers)

    def next_answer(self, step: str) -> Answer:
        """Return what was asked for, or else what is usual."""
        wanted = self._answers[step]
        return wanted.popleft() if wanted else USUAL.get(step, "250 OK")


class _Over(Exception):  # noqa: N818 - no error: it ends a conversation from any depth
    """The connection is to be closed."""


class Conversation(socketserver.StreamRequestHandler):
    """One connection, from the greeting on."""

    disable_nagle_algorithm = True  # it would hold the second of two answers back for 40 ms
    server: SMTPServer

    def handle(self) -> None:
        """Answer until either side has enough."""
        self.server.connections += 1
        self.sender = self.recipient = ""
        with suppress(_Over, ConnectionError):
            self._say("CONNECT")
            for line in self.rfile:
                self._obey(line.decode().strip())

    def _obey(self, command: str) -> None:
        self.server.commands.append(command)
        verb, _, argument = command.partition(" ")
        verb = verb.upper()
        if verb == "MAIL":
            self.sender = argument
        elif verb == "RCPT":
            self.recipient = argument
        if self._say(verb).startswith("354"):
            self._take_content()
        if verb == "QUIT":
            raise _Over

    def _take_content(self) -> None:
        lines = [self.rfile.readline()]
        if self.server.next_answer("BODY") is Act.DROP:
            raise _Over
        while lines[-1] != b".\r\n":
            lines.append(self.rfile.readline())
            if not lines[-1]:  # the client has gone
                raise _Over
        answer = self.server.next_answer(".")
        if answer is Act.TAKE_AND_DROP or (isinstance(answer, str) and answer.startswith("2")):
            self.server.mails.append(Mail(self.sender, self.recipient, b"".join(lines[:-1])))
        self._give(answer)

    def _say(self, step: str) -> str:
        return self._give(self.server.next_answer(step))

    def _give(self, answer: Answer) -> str:
        """Send an answer and return it."""
        if answer is Act.SILENCE:
            self.rfile.read()  # until the client goes
        if isinstance(answer, Act):
            raise _Over
        self.wfile.write(f"{answer}\r\n".encode())
        return answer
