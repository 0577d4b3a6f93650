"""One and the same mail again and again: what handing over costs, and nothing else."""

import socket
import threading
import time
from collections.abc import Collection, Sequence
from pathlib import Path
from smtplib import SMTP
from typing import Any, cast

from django.conf import settings

from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import Verdict
from newsletter.sending.smtp import Client
from newsletter.sending.transports.smtp import server

_SENDER = "paperboy@localhost"


class _Forgetful:
    """A ledger that allows everything and only counts what was taken."""

    def __init__(self) -> None:
        self.taken = 0

    def enter(
        self, answered: Sequence[Answered], leaving: Sequence[Message]
    ) -> Collection[Message]:
        """Allow all."""
        self.taken += sum(outcome.verdict is Verdict.ACCEPTED for _, outcome in answered)
        return leaving


def ours(mails: int, connections: int, mail: str) -> dict[str, Any]:
    """Send the mail in a file with this system's client."""
    content, ledger = to_wire(Path(mail).read_bytes()), _Forgetful()
    messages = (Message(_SENDER, recipient, content) for recipient in _recipients(mails))
    start = _Start()
    with Client(server(), connections) as client:
        client.send(messages, ledger)
    return start.result(mails, ledger.taken)


def smtplib(mails: int, connections: int, mail: str) -> dict[str, Any]:
    """Send the mail in a file with Python's own client, a thread for each connection."""
    content = Path(mail).read_bytes()
    taken: list[str] = []

    def send(recipients: Sequence[str]) -> None:
        with SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname="localhost") as client:
            sock = cast("socket.socket", client.sock)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for recipient in recipients:
                client.sendmail(_SENDER, recipient, content)
                taken.append(recipient)

    shares = [_recipients(mails)[number::connections] for number in range(connections)]
    threads = [threading.Thread(target=send, args=(share,)) for share in shares]
    start = _Start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return start.result(mails, len(taken))


def _recipients(mails: int) -> list[str]:
    return [f"reader{number}@example.org" for number in range(mails)]


class _Start:
    """A moment, and how much this process had computed by then."""

    def __init__(self) -> None:
        self._moment, self._computed = time.perf_counter(), time.process_time()

    def result(self, mails: int, taken: int) -> dict[str, Any]:
        """Say what it took since then; SystemExit unless all mails were taken."""
        seconds = time.perf_counter() - self._moment
        if taken != mails:
            raise SystemExit(f"Of {mails} mails {taken} were taken.")
        computed = time.process_time() - self._computed
        return {"mails": mails, "seconds": seconds, "computed": computed}
