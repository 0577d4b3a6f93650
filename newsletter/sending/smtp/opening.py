"""From a name to a connection that is ready for mail: connect, greeting, EHLO, TLS, login."""

import base64
import socket
import ssl
import time
from collections import deque

from newsletter.sending.smtp.answers import Answer, AnswerError, AnswerReader
from newsletter.sending.smtp.dialogue import OK
from newsletter.sending.smtp.offers import Offers
from newsletter.sending.smtp.server import Login, Security, Server

READY, AUTHENTICATED, GO_ON = 220, 235, 334
CHUNK = 4_096


class OpeningError(Exception):
    """There is no way in; the message says why, and names neither the login nor an address."""


def connect(server: Server) -> tuple[socket.socket, Offers]:
    """Return a connection on which the server waits for mail, and what it offers.

    Raises:
        OpeningError: the server is not there, not who it should be, or lets us not in.

    """
    try:
        sock = socket.create_connection((server.host, server.port), server.patience.connect)
    except OSError as error:
        raise OpeningError(f"no connection to the mail server: {type(error).__name__}") from None
    opening = _Opening(server, sock)
    try:
        offers = opening.go()
    except (OSError, AnswerError) as error:
        opening.sock.close()
        raise OpeningError(f"no connection to the mail server: {type(error).__name__}") from None
    except BaseException:
        opening.sock.close()
        raise
    return opening.sock, offers  # TLS has made it another socket meanwhile


class _Opening:
    """The words before the first mail, one at a time."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self._reader = AnswerReader()
        self._answers: deque[Answer] = deque()

    def go(self) -> Offers:
        # The final dot often leaves in a packet of its own; Nagle would hold it back for 40 ms.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.server.security is Security.TLS:
            self._secure()
        self._expect(READY, self._hear(), "the mail server lets nobody in")
        offers = self._hello()
        if self.server.security is Security.STARTTLS:
            offers = self._start_tls(offers)
        if self.server.login:
            self._log_in(self.server.login, offers)
        self._require_silence()
        return offers

    def _hello(self) -> Offers:
        name = self.server.hello or _own_address(self.sock)
        answer = self._ask(f"EHLO {name}")
        if answer.code in OK:
            return Offers.read(answer.lines[1:])
        if self._ask(f"HELO {name}").code in OK:
            return Offers()
        raise OpeningError(f"the mail server refused our greeting ({answer.code})")

    def _start_tls(self, offers: Offers) -> Offers:
        if not offers.starttls:
            raise OpeningError("the mail server offers no TLS, which EMAIL_URL asks for")
        self._expect(READY, self._ask("STARTTLS"), "the mail server begins no TLS")
        self._require_silence()  # what was said in the open, by whomever, is not for behind it
        self._secure()
        return self._hello()  # what was offered in the open does not count

    def _secure(self) -> None:
        context = self.server.context or ssl.create_default_context()
        self.sock.settimeout(self.server.patience.answer)
        self.sock = context.wrap_socket(self.sock, server_hostname=self.server.host)

    def _log_in(self, login: Login, offers: Offers) -> None:
        if "PLAIN" in offers.logins:
            secrets = f"\0{login.name}\0{login.password}"
            answer = self._ask(f"AUTH PLAIN {_base64(secrets)}")
        elif "LOGIN" in offers.logins:
            answer = self._ask("AUTH LOGIN")
            for secret in (login.name, login.password):
                if answer.code == GO_ON:
                    answer = self._ask(_base64(secret))
        else:
            raise OpeningError("the mail server offers no login that is known here")
        self._expect(AUTHENTICATED, answer, "the mail server refused our login")

    def _expect(self, code: int, answer: Answer, otherwise: str) -> None:
        if answer.code != code:
            raise OpeningError(f"{otherwise} ({answer.code})")

    def _ask(self, command: str) -> Answer:
        self._require_silence()
        self.sock.settimeout(self.server.patience.answer)
        self.sock.sendall(f"{command}\r\n".encode())
        return self._hear()

    def _hear(self) -> Answer:
        """Wait for one answer, whole, however slowly it drips."""
        deadline = time.monotonic() + self.server.patience.answer
        while not self._answers:
            self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
            data = self.sock.recv(CHUNK)
            if not data:
                raise ConnectionResetError
            self._answers += self._reader.feed(data)
        return self._answers.popleft()

    def _require_silence(self) -> None:
        """Whatever is said now would pass for the answer to what comes next."""
        if self._answers or self._reader.is_amid_an_answer:
            raise OpeningError("the mail server is out of step")


def _own_address(sock: socket.socket) -> str:
    """Write our end of the connection as an address literal (RFC 5321, section 4.1.3)."""
    address = sock.getsockname()[0].partition("%")[0]
    return f"[IPv6:{address}]" if sock.family == socket.AF_INET6 else f"[{address}]"


def _base64(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode("ascii")
