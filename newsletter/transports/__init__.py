"""How mail leaves. A transport is opened once for many mails and hands them over one at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from newsletter.transports.mailbox import MailboxTransport
from newsletter.transports.outcome import Outcome
from newsletter.transports.provider import ProviderTransport
from newsletter.transports.smtp import SMTPTransport


class Transport(Protocol):
    """One way for mail to leave."""

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Hand over a mail for one reader. Never raises for what the other side says or does."""


TRANSPORTS: dict[str, Callable[[], AbstractContextManager[Transport]]] = {
    "mailbox": MailboxTransport,
    "smtp": SMTPTransport,
    "provider": ProviderTransport,
}


def open_transport() -> AbstractContextManager[Transport]:
    """Return the transport that EMAIL_URL names; entering it does not connect yet."""
    name: str = settings.TRANSPORT
    return TRANSPORTS[name]()
