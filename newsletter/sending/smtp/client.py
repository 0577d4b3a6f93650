"""An SMTP client for many mails: a few connections, one thread, a ledger that decides."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType

from newsletter.sending.ledger import Ledger
from newsletter.sending.message import Message
from newsletter.sending.smtp.lines import Lines
from newsletter.sending.smtp.run import Run
from newsletter.sending.smtp.server import Server


class Client(AbstractContextManager["Client"]):
    """Hands mails to one server, over up to `connections` connections that stay open in between.

    `ahead` is how many mails may be entered as leaving before a connection is ready for them. With
    0 each is entered at the last moment, in one entry with those of all other connections that are
    ready: a kill then leaves one mail a connection whose outcome nobody knows. More make fewer and
    larger entries, and a kill leaves up to twice as many more.
    """

    def __init__(self, server: Server, connections: int = 1, ahead: int = 0) -> None:
        self.connections = connections
        self.ahead = ahead
        self._lines = Lines(server)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Hang up."""
        self._lines.close()

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Send until `messages` end and every answer is entered.

        A None among `messages` means "none at this moment": what is under way goes on, and the
        source is asked again soon. Taken from it is what can leave next, no more.

        Raises:
            ClosedError: no mail gets through; what was under way is entered, what was taken from
                `messages` and neither entered nor answered never began.

        """
        run = Run(self._lines, iter(messages), ledger, self.connections, self.ahead)
        try:
            run.go()
        except BaseException:
            run.abandon()
            raise
