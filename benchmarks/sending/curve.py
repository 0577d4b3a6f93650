"""How fast one worker is, by how many mails a kill may leave uncertain."""

import datetime as dt
import time
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any

from config.clock import clock
from newsletter.models import Delivery
from newsletter.sending.ledger import Answered, Ledger
from newsletter.sending.message import Message
from newsletter.sending.send import send_ready
from newsletter.sending.smtp import Client
from newsletter.sending.transports.smtp import server

_WHILE = dt.timedelta(seconds=5)


class _Watched:
    """A transport that notes how many mails may have been on their way at once."""

    def __init__(self, client: Client) -> None:
        self.most = 0
        self._client = client
        self._leaving = set[Hashable]()
        self._ledger: Ledger = self

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Send by way of the client, and stand between it and the ledger."""
        self._ledger = ledger
        self._client.send(messages, self)

    def enter(
        self, answered: Sequence[Answered], leaving: Sequence[Message]
    ) -> Collection[Message]:
        """Pass an entry on, and count."""
        allowed = self._ledger.enter(answered, leaving)
        self._leaving -= {message.key for message, _ in answered}
        self._leaving |= {message.key for message in allowed}
        self.most = max(self.most, len(self._leaving))
        return allowed


def send(connections: int, ahead: int) -> dict[str, Any]:
    """Send from the morning that is composed, for a while; SystemExit unless all was taken."""
    now, start = clock(), time.perf_counter()
    with Client(server(), connections, ahead) as client:
        transport = _Watched(client)
        results = send_ready(transport, now, until=now() + _WHILE)
    seconds = time.perf_counter() - start
    if {*+results} != {Delivery.State.SENT}:
        raise SystemExit(f"Not all were sent: {results}")
    took = {"mails": results.total(), "seconds": seconds}
    return took | {"uncertain": transport.most, "connections": connections, "ahead": ahead}
