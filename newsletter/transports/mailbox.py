"""The local mailbox: one .eml file per mail."""

from contextlib import AbstractContextManager
from types import TracebackType

from django.core.mail import EmailMultiAlternatives

from config.local import mailbox
from config.mime import to_bytes
from newsletter.transports.outcome import Outcome, Verdict


class MailboxTransport(AbstractContextManager["MailboxTransport"]):
    """Puts mails into files; what is written is delivered."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing stays open between two mails."""

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Write one mail. A full or missing disk closes the mailbox for everybody."""
        try:
            mailbox.drop(to_bytes(message), message.to[0])
        except OSError as error:
            return Outcome(Verdict.CLOSED, f"the mailbox cannot be written: {error.strerror}")
        return Outcome(Verdict.ACCEPTED, message_id=message.extra_headers["Message-ID"])
