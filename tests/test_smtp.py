import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.policy import SMTP

import pytest
from book import Book
from pytest_django import Settings
from smtp_server import Act, Answer, SMTPServer

from config import mail_url
from config.mime import to_bytes
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.smtp import Login, Patience, Security, Server
from newsletter.sending.transports import open_transport
from newsletter.sending.transports.smtp import server as named_server
from subscribers.mail import Words, build

ENVELOPE_STEPS = ("MAIL", "RCPT", "DATA")


@pytest.fixture
def server(settings: Settings) -> Iterator[SMTPServer]:
    with SMTPServer() as server:
        settings.TRANSPORT = "smtp"
        use(settings, f"smtp+plain://127.0.0.1:{server.port}")
        settings.SMTP_CONNECTIONS = 1
        yield server


def use(settings: Settings, url: str) -> None:
    for name, value in mail_url.parse(url).smtp.items():
        setattr(settings, name, value)


def mail(text: str = "Good morning.\n") -> Message:
    words = Words("3 papers", text, "<p>Good morning.")
    content = to_bytes(build(words, "ada@example.org", {"Message-ID": "<d.1@example.org>"}))
    return Message("paperboy@example.org", "ada@example.org", to_wire(content))


def send(*mails: Message) -> list[Outcome]:
    book = Book()
    with suppress(ClosedError), open_transport() as transport:
        transport.send(mails, book)
    return book.outcomes


def why_closed() -> str:
    with pytest.raises(ClosedError) as caught, open_transport() as transport:
        transport.send([mail()], Book())
    return str(caught.value)


# Where to


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("smtp://mail.example.org", Server("mail.example.org", 587, Security.STARTTLS)),
        ("smtps://mail.example.org", Server("mail.example.org", 465, Security.TLS)),
        ("smtp+plain://[::1]:2525", Server("::1", 2525, Security.PLAIN)),
        (
            "smtps://ada%40example.org:s3cret@mail.example.org",
            Server("mail.example.org", 465, Security.TLS, Login("ada@example.org", "s3cret")),
        ),
    ],
)
def test_the_server_is_the_one_that_the_mail_url_names(
    settings: Settings, url: str, named: Server
) -> None:
    use(settings, url)
    assert named_server() == named


def test_the_settings_say_how_many_connections_there_are(
    server: SMTPServer, settings: Settings
) -> None:
    settings.SMTP_CONNECTIONS = 3
    assert len(send(*[mail()] * 50)) == 50
    assert server.connections == 3


def test_a_lease_is_longer_than_a_server_may_leave_a_mail_in_doubt(settings: Settings) -> None:
    patience = Patience()
    in_doubt = dt.timedelta(seconds=patience.content + patience.final)
    assert in_doubt + dt.timedelta(minutes=1) < settings.LEASE


# What is taken


def test_a_mail_arrives_whole(server: SMTPServer) -> None:
    assert send(mail("Guten Morgen, Ada φ\n")) == [Outcome(Verdict.ACCEPTED)]
    [taken] = server.mails
    arrived = message_from_bytes(taken.content, policy=SMTP)
    plain, html = arrived.iter_parts()
    assert arrived["Message-ID"] == "<d.1@example.org>"
    assert plain.get_content() == "Guten Morgen, Ada φ\r\n"
    assert html.get_content() == "<p>Good morning."


def test_what_travels_is_ascii_in_short_lines_that_end_in_crlf(server: SMTPServer) -> None:
    send(mail("φ " * 5_000 + "\n.\nlone\rreturn\r\n日本語\n"))
    lines = server.mails[0].wire.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(re.search(rb"[\r\n\x80-\xff]", line) for line in lines)


# Refusals


@pytest.mark.parametrize(
    ("step", "answer", "verdict"),
    [
        ("MAIL", "451 4.3.0 Busy", Verdict.DEFERRED),
        ("MAIL", "530 5.7.0 Log in first", Verdict.CLOSED),
        ("MAIL", "553 5.1.0 Sender <ada@example.org> unknown", Verdict.CLOSED),
        ("MAIL", "550 No", Verdict.CLOSED),
        ("RCPT", "450 4.7.1 <ada@example.org> is greylisted", Verdict.DEFERRED),
        ("RCPT", "550 5.1.1 <ada@example.org> does not exist", Verdict.BAD_ADDRESS),
        ("RCPT", "550-5.1.1 ada@example.org\r\n550 5.1.1 is no more", Verdict.BAD_ADDRESS),
        ("RCPT", "550 No ada@example.org here", Verdict.REFUSED),
        ("RCPT", "554 5.7.1 ada@example.org: your host is listed", Verdict.CLOSED),
        ("DATA", "451 4.3.0 Busy", Verdict.DEFERRED),
        ("DATA", "554 No valid recipients", Verdict.REFUSED),
        (".", "452 4.3.1 No space for ada@example.org", Verdict.DEFERRED),
        (".", "550 5.1.1 ada@example.org does not exist", Verdict.BAD_ADDRESS),
        (".", "550 5.7.26 Not authenticated", Verdict.CLOSED),
        (".", "552 5.3.4 Too big for ada@example.org", Verdict.REFUSED),
    ],
)
def test_an_answer_means_one_verdict_and_its_reason_names_nobody(
    server: SMTPServer, step: str, answer: str, verdict: Verdict
) -> None:
    server.answer(step, answer)
    [outcome] = send(mail())
    assert outcome.verdict is verdict
    assert outcome.reason.startswith(f"SMTP {answer[:3]}")
    assert "ada" not in outcome.reason
    assert not server.mails


@pytest.mark.parametrize("step", [*ENVELOPE_STEPS, "."])
def test_a_refusal_leaves_the_connection_fit_for_the_next_mail(
    server: SMTPServer, step: str
) -> None:
    server.answer(step, "450 4.2.0 Later")
    refused, taken = send(mail(), mail())
    assert (refused.verdict, taken.verdict) == (Verdict.DEFERRED, Verdict.ACCEPTED)
    assert server.connections == 1


@pytest.mark.parametrize("reset", [Act.DROP, "500 What?"])
def test_a_refusal_stands_though_the_server_leaves_at_once(
    server: SMTPServer, reset: Answer
) -> None:
    server.answer("RCPT", "550 5.1.1 Unknown")
    server.answer("RSET", reset)
    refused, taken = send(mail(), mail())
    assert (refused.verdict, taken.verdict) == (Verdict.BAD_ADDRESS, Verdict.ACCEPTED)
    assert server.connections == 2


@pytest.mark.parametrize("step", [*ENVELOPE_STEPS, "."])
def test_a_server_that_closes_for_service_is_left_and_called_again_for_the_next_mail(
    server: SMTPServer, step: str
) -> None:
    server.answer(step, "421 4.3.2 Closing")
    refused, taken = send(mail(), mail())
    assert (refused.verdict, taken.verdict) == (Verdict.DEFERRED, Verdict.ACCEPTED)
    assert server.connections == 2
    assert "RSET" not in server.commands


# No way in


def test_a_refused_login_closes_the_transport_until_it_is_tried_again(
    server: SMTPServer, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "paperboy", "secret"
    server.answer("AUTH", "535 5.7.8 Not you", "235 2.7.0 Welcome")
    assert why_closed() == "the mail server refused our login (535)"
    assert send(mail()) == [Outcome(Verdict.ACCEPTED)]
    assert len([command for command in server.commands if command.startswith("AUTH")]) == 2


def test_a_server_without_tls_gets_no_mail_where_tls_is_wanted(
    server: SMTPServer, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    assert "offers no TLS" in why_closed()
    assert not any(command.startswith("MAIL") for command in server.commands)
