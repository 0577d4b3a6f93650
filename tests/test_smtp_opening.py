"""The way in: greeting, TLS, login."""

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from book import Book
from certificate import CERTIFICATE, KEY
from smtp_server import Act, Answer, Conversation, SMTPServer

from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import Verdict
from newsletter.sending.smtp import Client, Login, Patience, Security, Server
from newsletter.sending.smtp.offers import Offers
from newsletter.sending.smtp.opening import OpeningError, connect

LOGIN = Login("paperboy@example.org", "s3cret")
OFFERS = "250-loopback\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250 PIPELINING"


class SecureConversation(Conversation):
    """Speaks TLS, from the first byte or from STARTTLS on."""

    server: "SecureServer"

    def handle(self) -> None:
        try:
            if self.server.is_secure_at_once:
                self.secure()
            super().handle()
        except OSError:  # the client trusts nobody like us
            self.server.turned_down += 1

    def secure(self) -> None:
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.setup()

    def _obey(self, command: str) -> None:
        super()._obey(command)
        if command == "STARTTLS":
            self.secure()
            for line in self.rfile:
                self._obey(line.decode().strip())
            raise ConnectionResetError

    def finish(self) -> None:
        super().finish()
        self.request.close()


class SecureServer(SMTPServer):
    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.RequestHandlerClass = SecureConversation
        self.tls = tls
        self.is_secure_at_once = False
        self.turned_down = 0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecureServer]:
    look_up = socket.getaddrinfo

    def here(_host: str, *rest: Any, **more: Any) -> Any:
        return look_up("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    file = tmp_path / "papers.pem"
    file.write_text(KEY + CERTIFICATE)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with SecureServer(tls) as server:
        server.answer("EHLO", OFFERS, OFFERS)
        server.answer("STARTTLS", "220 Go on")
        yield server


def where(server: SMTPServer, security: Security = Security.PLAIN, **more: Any) -> Server:
    trusting = ssl.create_default_context(cadata=CERTIFICATE)
    settings = {"patience": Patience(5, 5, 5, 5), "context": trusting, **more}
    return Server("papers.example", server.server_address[1], security, **settings)


def enter(target: Server) -> Offers:
    sock, offers = connect(target)
    sock.close()
    return offers


def failure(target: Server) -> str:
    with pytest.raises(OpeningError) as caught:
        connect(target)
    assert caught.value.__cause__ is None
    return str(caught.value)


# TLS


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_mail_travels_behind_tls(server: SecureServer, security: Security) -> None:
    server.is_secure_at_once = security is Security.TLS
    content, book = to_wire(b"Good morning.\r\n" * 100_000), Book()
    messages = [Message("p@example.org", "ada@example.org", content) for _ in range(3)]
    with Client(where(server, security)) as client:
        client.send(messages, book)
    assert [*book.verdicts.values()] == [Verdict.ACCEPTED] * 3
    assert [mail.content for mail in server.mails] == [content] * 3


def test_what_was_offered_in_the_open_does_not_count_behind_tls(server: SecureServer) -> None:
    server.answer("EHLO", "250 loopback")
    server.next_answer("EHLO")
    assert enter(where(server, Security.STARTTLS)) == Offers()
    assert [command.split()[0] for command in server.commands] == ["EHLO", "STARTTLS", "EHLO"]


def test_words_slipped_in_before_tls_are_not_heard_behind_it(server: SecureServer) -> None:
    server.next_answer("STARTTLS")
    server.answer("STARTTLS", "220 Go on\r\n250 PIPELINING")
    assert failure(where(server, Security.STARTTLS)) == "the mail server is out of step"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
@pytest.mark.parametrize("host", ["papers.example", "other.example"])
def test_a_certificate_is_always_verified(
    server: SecureServer, security: Security, host: str
) -> None:
    server.is_secure_at_once = security is Security.TLS
    good = where(server, security)
    context = good.context if host == "other.example" else None  # else nobody vouches for it
    bad = Server(host, good.port, security, LOGIN, context=context)
    assert failure(bad) == "no connection to the mail server: SSLCertVerificationError"
    assert not any(command.startswith("AUTH") for command in server.commands)


@pytest.mark.parametrize(
    ("step", "answer", "words"),
    [
        ("EHLO", "250 loopback", "offers no TLS"),
        ("STARTTLS", "454 Not now", "begins no TLS (454)"),
    ],
)
def test_a_server_without_tls_gets_neither_login_nor_mail(
    server: SecureServer, step: str, answer: str, words: str
) -> None:
    server.next_answer(step)
    server._answers[step].appendleft(answer)
    assert words in failure(where(server, Security.STARTTLS, login=LOGIN))
    assert not any(command.startswith("AUTH") for command in server.commands)


# Login


def test_a_login_is_plain_where_that_is_offered(server: SecureServer) -> None:
    enter(where(server, login=LOGIN))
    secrets = base64.b64encode(b"\0paperboy@example.org\0s3cret").decode()
    assert server.commands[-1] == f"AUTH PLAIN {secrets}"


def test_a_login_is_asked_for_word_by_word_where_that_is_offered(server: SecureServer) -> None:
    server._answers["EHLO"].clear()
    server.answer("EHLO", "250-loopback\r\n250 AUTH LOGIN CRAM-MD5")
    name, password = "cGFwZXJib3lAZXhhbXBsZS5vcmc=", "czNjcmV0"
    server.answer("AUTH", "334 VXNlcm5hbWU6")
    server.answer(name.upper(), "334 UGFzc3dvcmQ6")
    server.answer(password.upper(), "235 Welcome")
    enter(where(server, login=LOGIN))
    assert server.commands[1:] == ["AUTH LOGIN", name, password]


@pytest.mark.parametrize(
    ("step", "answer", "words"),
    [
        ("AUTH", "535 5.7.8 Not paperboy@example.org", "the mail server refused our login (535)"),
        ("EHLO", "250-x\r\n250 AUTH CRAM-MD5", "the mail server offers no login that is known"),
    ],
)
def test_a_refused_login_is_told_without_a_name(
    server: SecureServer, step: str, answer: str, words: str
) -> None:
    server._answers[step].appendleft(answer)
    message = failure(where(server, login=LOGIN))
    assert message.startswith(words)
    assert "paperboy" not in message
    assert "s3cret" not in repr(LOGIN)


# Greetings


def test_a_server_from_before_ehlo_is_greeted_the_old_way(server: SecureServer) -> None:
    server._answers["EHLO"].appendleft("502 What?")
    assert enter(where(server, hello="news.example.org")) == Offers()
    assert server.commands == ["EHLO news.example.org", "HELO news.example.org"]


def test_who_has_no_name_gives_the_address(server: SecureServer) -> None:
    assert enter(where(server)).pipelining
    assert server.commands == ["EHLO [127.0.0.1]"]


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (Act.DROP, "no connection to the mail server: ConnectionResetError"),
        (Act.SILENCE, "no connection to the mail server: TimeoutError"),
        ("554 Go away", "the mail server lets nobody in (554)"),
        ("x" * 5_000, "no connection to the mail server: AnswerError"),
        ("220 Hello\r\n250 Hello again", "the mail server is out of step"),
    ],
)
def test_no_way_in_is_told_in_words(server: SecureServer, greeting: Answer, words: str) -> None:
    server.answer("CONNECT", greeting)
    assert failure(where(server, patience=Patience(1, 0.1, 1, 1))) == words


def test_a_server_that_is_not_there_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    words = "no connection to the mail server: ConnectionRefusedError"
    assert failure(Server("127.0.0.1", free)) == words
