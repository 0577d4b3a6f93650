"""SMTP (RFC 5321), with Django's settings, on one connection for many mails.

Django opens the connection (host, TLS, login). The dialogue for a mail is spoken here, because
`smtplib` raises the same SMTPServerDisconnected whether the server left before or after it had
the whole mail, and only the phase tells "surely not taken" from "perhaps taken".
"""

import re
import smtplib
import socket
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from email.utils import parseaddr
from types import TracebackType
from typing import cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from config.mime import to_bytes
from newsletter.transports.outcome import Outcome, Verdict

OK, START_MAIL_INPUT = {250, 251, 252}, {354}
REFUSALS, FIRST_PERMANENT = range(400, 600), 500
SERVICE_CLOSING, NEEDS_LOGIN = 421, {530, 534, 535, 538}
# RFC 3463: X.1.n speaks of the address, X.2.1 of a disabled mailbox. X.7.n speaks of policy, which
# means us: our login or our reputation.
BAD_ADDRESS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\d)")
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class SMTPTransport(AbstractContextManager["SMTPTransport"]):
    """Hands mails to one SMTP server."""

    def __init__(self, backend: EmailBackend | None = None) -> None:
        self.backend = backend or EmailBackend(fail_silently=False)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Say goodbye, if there still is somebody to say it to."""
        self._hang_up()

    def send(self, message: EmailMultiAlternatives) -> Outcome:
        """Hand over one mail, connecting first where no connection is open."""
        content = to_bytes(message)
        if refusal := self._connect():
            return refusal
        dialogue = Dialogue(cast("smtplib.SMTP", self.backend.connection))
        outcome = dialogue.send(parseaddr(message.from_email)[1], message.to[0], content)
        if dialogue.is_over:
            self._hang_up()
        if outcome.verdict is Verdict.ACCEPTED:
            return Outcome(Verdict.ACCEPTED, message_id=message.extra_headers["Message-ID"])
        return outcome

    def _connect(self) -> Outcome | None:
        """Connect unless connected; return why that failed."""
        try:
            if self.backend.open() and (connection := self.backend.connection) and connection.sock:
                # The final dot leaves in a packet of its own; Nagle would hold it back for 40 ms.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except smtplib.SMTPAuthenticationError as error:
            return Outcome(Verdict.CLOSED, f"the mail server refused our login ({error.smtp_code})")
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            return Outcome(Verdict.CLOSED, f"no connection to the mail server: {_name(error)}")
        return None

    def _hang_up(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.backend.close()
        self.backend.connection = None


class Dialogue:
    """The words for one mail on an open connection; `is_over` when the connection is of no use."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection
        self.is_over = False
        self._may_be_taken = False

    def send(self, sender: str, recipient: str, content: bytes) -> Outcome:
        """Speak MAIL, RCPT, DATA and the mail, and say what the answers mean."""
        try:
            return self._sender(sender) or self._recipient(recipient) or self._content(content)
        except (OSError, smtplib.SMTPException) as error:
            self.is_over = True
            verdict = Verdict.UNKNOWN if self._may_be_taken else Verdict.DEFERRED
            return Outcome(verdict, f"the connection broke: {_name(error)}")

    def _sender(self, sender: str) -> Outcome | None:
        """Return the refusal of our own address, if it is refused: then so is every mail of ours.

        Codes of an address (X.1.n) speak of the sender's here, and must not suppress a reader's.
        """
        code, answer = self.connection.docmd(f"MAIL FROM:<{sender}>")
        if code in OK:
            return None
        refusal = self._refused(code, answer)
        is_passing = refusal.verdict is Verdict.DEFERRED
        return refusal if is_passing else replace(refusal, verdict=Verdict.CLOSED)

    def _recipient(self, recipient: str) -> Outcome | None:
        """Return the refusal of the recipient or of what is to follow, if there is one."""
        for command, positive in ((f"RCPT TO:<{recipient}>", OK), ("DATA", START_MAIL_INPUT)):
            code, answer = self.connection.docmd(command)
            if code not in positive:
                return self._refused(code, answer)
        return None

    def _content(self, content: bytes) -> Outcome:
        """Send the mail. Until its final dot begins to leave, the server cannot have taken it."""
        self.connection.send(_stuff(content))
        self._may_be_taken = True
        self.connection.send(b".\r\n")
        code, answer = self.connection.getreply()
        return Outcome(Verdict.ACCEPTED) if code in OK else self._refused(code, answer)

    def _refused(self, code: int, answer: bytes) -> Outcome:
        """Class a refusal, and make the connection ready for the next mail."""
        if code not in REFUSALS:  # neither yes nor no: the same as no answer
            raise smtplib.SMTPResponseException(code, answer)
        self.is_over = code == SERVICE_CLOSING or not self._can_go_on()
        # Not the answer's words: servers like to repeat the address in them.
        return Outcome(_verdict(code, answer), f"SMTP {code} {_enhanced_code(answer)}".rstrip())

    def _can_go_on(self) -> bool:
        """Reset the dialogue; some servers refuse and leave, which makes the refusal no less."""
        try:
            return self.connection.rset()[0] in OK
        except (OSError, smtplib.SMTPException):
            return False


def _verdict(code: int, answer: bytes) -> Verdict:
    enhanced = _enhanced_code(answer)
    if code < FIRST_PERMANENT:
        return Verdict.DEFERRED
    if code in NEEDS_LOGIN or enhanced.startswith("5.7."):
        return Verdict.CLOSED
    return Verdict.BAD_ADDRESS if enhanced in BAD_ADDRESS else Verdict.REFUSED


def _enhanced_code(answer: bytes) -> str:
    """Return the status code of RFC 3463 that an answer begins with, or nothing."""
    match = ENHANCED_CODE.match(answer)
    return match[0].decode("ascii") if match else ""


def _stuff(content: bytes) -> bytes:
    """Double leading dots (RFC 5321, section 4.5.2) and end with a line end."""
    stuffed = LEADING_DOT.sub(b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _name(error: Exception) -> str:
    """Name an error without its words, which may hold an address."""
    return type(error).__name__
