"""The local mailbox: one .eml file per mail."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType

from config.local import mailbox
from newsletter.sending.ledger import Ledger
from newsletter.sending.message import Message, from_wire
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.transports.one_by_one import send_one_by_one


class MailboxTransport(AbstractContextManager["MailboxTransport"]):
    """Puts mails into files; what is written is delivered."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing stays open between two mails."""

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Write every mail. A full or missing disk closes the mailbox for everybody."""
        send_one_by_one(messages, ledger, _put_in)


def _put_in(message: Message) -> Outcome:
    try:
        mailbox.drop(from_wire(message.content), message.recipient)
    except OSError as error:
        return Outcome(Verdict.CLOSED, f"the mailbox cannot be written: {error.strerror}")
    return Outcome(Verdict.ACCEPTED)
