"""How mail leaves. A transport is opened once for many mails."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from django.conf import settings

from newsletter.sending.ledger import Ledger
from newsletter.sending.message import Message
from newsletter.sending.transports.mailbox import MailboxTransport
from newsletter.sending.transports.provider import ProviderTransport
from newsletter.sending.transports.smtp import smtp_client


class Transport(Protocol):
    """One way for mail to leave."""

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Hand over mails until `messages` end; a None among them means "none at this moment".

        No mail leaves before the ledger has entered that it may. Each that was handed over is
        entered with its outcome; what the other side says or does never raises anything else.

        Raises:
            ClosedError: nothing more can leave; what is known is entered.

        """


TRANSPORTS: dict[str, Callable[[], AbstractContextManager[Transport]]] = {
    "mailbox": MailboxTransport,
    "smtp": smtp_client,
    "provider": ProviderTransport,
}


def open_transport() -> AbstractContextManager[Transport]:
    """Return the transport that EMAIL_URL names; entering it does not connect yet."""
    name: str = settings.TRANSPORT
    return TRANSPORTS[name]()
