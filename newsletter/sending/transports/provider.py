"""A provider's API through Anymail: one call a mail, so that a broken call leaves one in doubt."""

import datetime as dt
import ssl
import uuid
from collections.abc import Iterable
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone
from urllib3.exceptions import NewConnectionError, SSLError

from newsletter.sending.ledger import Ledger
from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.transports.api_mail import api_mail
from newsletter.sending.transports.one_by_one import send_one_by_one

OUR_FAULT = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,  # Mailgun's word for a domain that is not ours
}
LONGEST_WAIT = dt.timedelta(hours=1)
# Those who take a mail of one key once in 24 hours, and give their first answer again. Brevo has
# keys too, but does not say what becomes of a mail whose first attempt it had put off.
KEYED = {"Resend", "SparkPost"}


class ProviderTransport(AbstractContextManager["ProviderTransport"]):
    """Hands mails to the provider that EMAIL_URL names."""

    def __init__(self) -> None:
        self.backend: Any = get_connection()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the HTTP session."""
        self.backend.close()

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Call the provider once for every mail."""
        send_one_by_one(messages, ledger, self._hand_over)

    def _hand_over(self, message: Message) -> Outcome:
        """Call for one mail. What Anymail raises holds the address, so only its class is kept."""
        mail = api_mail(message)
        self._open(_key(message))
        try:
            self.backend.send_messages([mail])
        except AnymailRecipientsRefused:
            return Outcome(Verdict.REFUSED, "the provider refuses this address")
        except AnymailAPIError as error:
            return _outcome(error)
        except AnymailError as error:  # before the call: it could not even be written down
            return Outcome(Verdict.REFUSED, type(error).__name__)
        status = mail.anymail_status  # type: ignore[attr-defined] # added by Anymail
        return Outcome(Verdict.ACCEPTED, message_id=str(status.message_id or ""))

    def _open(self, key: str) -> None:
        """Be ready for a call; the key goes with it where it is honoured."""
        self.backend.open()
        if self.backend.esp_name in KEYED:
            self.backend.session.headers["Idempotency-Key"] = key


def _key(message: Message) -> str:
    """Name a delivery the same whenever it is handed over: a belt, for the fence holds without.

    The site belongs to it because others may share our account with the provider.
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}#{message.key}"))


def _outcome(error: AnymailAPIError) -> Outcome:
    """Class an error by what it says of the mail: taken, not taken, or nothing."""
    if error.status_code is None:
        verdict = Verdict.CLOSED if _never_connected(error) else Verdict.UNKNOWN
        return Outcome(verdict, f"no answer: {type(error.__cause__).__name__}")
    status, reason = error.status_code, f"HTTP {error.status_code}"
    if status < HTTPStatus.MULTIPLE_CHOICES:  # the answer cannot be read, but it is a yes
        return Outcome(Verdict.ACCEPTED, reason)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome(Verdict.DEFERRED, reason, retry_after=_retry_after(error))
    if status in OUR_FAULT:
        return Outcome(Verdict.CLOSED, reason)
    # A 5xx says nothing of what happened before it; 409 is for a key that was there before.
    is_surely_no = status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.CONFLICT
    return Outcome(Verdict.REFUSED if is_surely_no else Verdict.UNKNOWN, reason)


def _never_connected(error: AnymailAPIError) -> bool:
    """Tell a connection that was never there (nothing was sent) from one that broke."""
    cause = error.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    if isinstance(reason, SSLError):  # any other break of TLS may come after the mail
        return isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


def _retry_after(error: AnymailAPIError) -> dt.timedelta | None:
    """Read Retry-After (RFC 9110, section 10.2.3), in seconds or as a date, up to an hour."""
    value = error.response.headers.get("Retry-After", "")
    try:
        if value.isdecimal():
            wait = dt.timedelta(seconds=int(value))
        else:
            wait = parsedate_to_datetime(value) - timezone.now()
    except OverflowError:
        return LONGEST_WAIT
    except (TypeError, ValueError):
        return None
    return min(max(wait, dt.timedelta()), LONGEST_WAIT)
