import re
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import SMTP
from typing import cast

import pytest
from django.core.mail import EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings
from smtp_server import Act, Answer, SMTPServer

from newsletter.transports.outcome import Outcome, Verdict
from newsletter.transports.smtp import Dialogue, SMTPTransport
from subscribers.mail import Words, build

ENVELOPE_STEPS = ("MAIL", "RCPT", "DATA")


@pytest.fixture
def server(settings: Settings) -> Iterator[SMTPServer]:
    with SMTPServer() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        settings.DEFAULT_FROM_EMAIL = "Paperboy <paperboy@news.example.org>"
        yield server


def mail(text: str = "Good morning.\n", to: str = "ada@example.org") -> EmailMultiAlternatives:
    words = Words("3 papers", text, "<p>Good morning.")
    return build(words, to, {"Message-ID": "<d.1@news.example.org>"})


def send(*mails: EmailMultiAlternatives) -> list[Outcome]:
    with SMTPTransport() as transport:
        return [transport.send(mail) for mail in mails]


def dialogue(transport: SMTPTransport) -> Dialogue:
    assert transport._connect() is None
    return Dialogue(cast("smtplib.SMTP", transport.backend.connection))


def send_one() -> Outcome:
    return send(mail())[0]


# What is taken


def test_a_mail_arrives_whole_and_is_known_by_its_message_id(server: SMTPServer) -> None:
    assert send(mail("Guten Morgen, Ada φ\n")) == [
        Outcome(Verdict.ACCEPTED, message_id="<d.1@news.example.org>")
    ]
    [taken] = server.mails
    arrived = message_from_bytes(taken.content, policy=SMTP)
    plain, html = arrived.iter_parts()
    assert arrived["Message-ID"] == "<d.1@news.example.org>"
    assert plain.get_content() == "Guten Morgen, Ada φ\r\n"
    assert html.get_content() == "<p>Good morning."


def test_the_envelope_holds_bare_addresses(server: SMTPServer) -> None:
    send_one()
    [taken] = server.mails
    assert taken.sender == "FROM:<paperboy@news.example.org>"
    assert taken.recipient == "TO:<ada@example.org>"


def test_many_mails_share_one_connection(server: SMTPServer) -> None:
    outcomes = send(*(mail(to=f"reader-{number}@example.org") for number in range(20)))
    assert {outcome.verdict for outcome in outcomes} == {Verdict.ACCEPTED}
    assert (len(server.mails), server.connections) == (20, 1)


def test_nothing_is_connected_until_there_is_a_mail(server: SMTPServer) -> None:
    assert send() == []
    assert server.connections == 0


def test_the_transport_says_goodbye(server: SMTPServer) -> None:
    send_one()
    assert server.commands[-1] == "quit"


def test_leading_dots_arrive_as_they_were(server: SMTPServer) -> None:
    transport = SMTPTransport()

    @given(
        st.lists(st.sampled_from([b"", b".", b"..", b".dot", b"dot.", b"two words"]), min_size=1)
    )
    def arrive(lines: list[bytes]) -> None:
        content = b"".join(line + b"\r\n" for line in lines)
        dialogue(transport).send("p@example.org", "ada@example.org", content)
        assert server.mails.pop().content == content

    with transport:
        arrive()


def test_what_travels_is_ascii_in_short_lines_that_end_in_crlf(server: SMTPServer) -> None:
    send(mail("φ " * 5_000 + "\n.\nlone\rreturn\r\n日本語\n"))
    lines = server.mails[0].wire.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(re.search(rb"[\r\n\x80-\xff]", line) for line in lines)


# A connection that ends


@pytest.mark.parametrize("step", ENVELOPE_STEPS)
def test_a_connection_lost_in_the_envelope_is_surely_no_delivery(
    server: SMTPServer, step: str
) -> None:
    server.answer(step, Act.DROP)
    assert send_one().verdict is Verdict.DEFERRED


def test_a_connection_lost_amid_the_mail_is_surely_no_delivery(server: SMTPServer) -> None:
    server.answer("BODY", Act.DROP)
    # More than all buffers on the way hold: the final dot cannot have left.
    content = b"Good morning.\r\n" * 1_000_000
    with SMTPTransport() as transport:
        outcome = dialogue(transport).send("p@example.org", "ada@example.org", content)
    assert outcome.verdict is Verdict.DEFERRED


@pytest.mark.parametrize("act", [Act.DROP, Act.TAKE_AND_DROP])
def test_a_connection_lost_after_the_final_dot_leaves_the_outcome_unknown(
    server: SMTPServer, act: Act
) -> None:
    server.answer(".", act)
    assert send_one().verdict is Verdict.UNKNOWN
    assert len(server.mails) == (act is Act.TAKE_AND_DROP)


@pytest.mark.parametrize(("step", "verdict"), [("RCPT", Verdict.DEFERRED), (".", Verdict.UNKNOWN)])
def test_a_silent_server_counts_as_one_that_left(
    server: SMTPServer, settings: Settings, step: str, verdict: Verdict
) -> None:
    settings.EMAIL_TIMEOUT = 0.1
    server.answer(step, Act.SILENCE)
    assert send_one().verdict is verdict


@pytest.mark.parametrize("step", [*ENVELOPE_STEPS, "."])
def test_the_mail_after_a_lost_connection_gets_a_new_one(server: SMTPServer, step: str) -> None:
    server.answer(step, Act.DROP)
    assert send(mail(), mail())[1].verdict is Verdict.ACCEPTED
    assert server.connections == 2


# Refusals


@pytest.mark.parametrize(
    ("step", "answer", "verdict"),
    [
        ("MAIL", "451 4.3.0 Busy", Verdict.DEFERRED),
        ("MAIL", "530 5.7.0 Log in first", Verdict.CLOSED),
        ("MAIL", "553 5.1.0 Sender <ada@example.org> unknown", Verdict.CLOSED),
        ("MAIL", "550 No", Verdict.CLOSED),
        ("RCPT", "450 4.7.1 <ada@example.org> is greylisted", Verdict.DEFERRED),
        ("RCPT", "452 4.2.2 ada's mailbox is full", Verdict.DEFERRED),
        ("RCPT", "550 5.1.1 <ada@example.org> does not exist", Verdict.BAD_ADDRESS),
        ("RCPT", "550-5.1.1 ada@example.org\r\n550 5.1.1 is no more", Verdict.BAD_ADDRESS),
        ("RCPT", "550 5.2.1 ada@example.org is disabled", Verdict.BAD_ADDRESS),
        ("RCPT", "550 No ada@example.org here", Verdict.REFUSED),
        ("RCPT", "550 ada@example.org: see 5.1.1", Verdict.REFUSED),
        ("RCPT", "552 5.2.2 ada@example.org is full", Verdict.REFUSED),
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
    outcome = send_one()
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
    assert "rset" in server.commands
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
    assert "rset" not in server.commands


@pytest.mark.parametrize(
    ("step", "verdict"),
    [("RCPT", Verdict.DEFERRED), ("DATA", Verdict.DEFERRED), (".", Verdict.UNKNOWN)],
)
@pytest.mark.parametrize("answer", ["hello", "199 Hm", "299 Hm"])
def test_an_answer_that_is_neither_yes_nor_no_is_none(
    server: SMTPServer, step: str, verdict: Verdict, answer: str
) -> None:
    server.answer(step, answer)
    strange, taken = send(mail(), mail())
    assert (strange.verdict, taken.verdict) == (verdict, Verdict.ACCEPTED)
    assert server.connections == 2


# No way in


def test_a_server_that_is_not_there_closes_the_transport(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free
    assert send_one() == Outcome(
        Verdict.CLOSED, "no connection to the mail server: ConnectionRefusedError"
    )


@pytest.mark.parametrize("greeting", [Act.DROP, "421 4.7.0 Too many of you", "554 Go away"])
def test_a_server_that_lets_nobody_in_closes_the_transport(
    server: SMTPServer, greeting: Answer
) -> None:
    server.answer("CONNECT", greeting)
    assert send_one().verdict is Verdict.CLOSED


def test_a_refused_login_closes_the_transport_until_it_is_tried_again(
    server: SMTPServer, settings: Settings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "paperboy", "secret"
    server.answer("AUTH", "535 5.7.8 Not you", "235 2.7.0 Welcome")
    refused, taken = send(mail(), mail())
    assert refused == Outcome(Verdict.CLOSED, "the mail server refused our login (535)")
    assert taken.verdict is Verdict.ACCEPTED
    assert len([command for command in server.commands if command.startswith("AUTH")]) == 2


def test_a_server_without_tls_gets_no_mail_where_tls_is_wanted(
    server: SMTPServer, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    assert send_one().verdict is Verdict.CLOSED
    assert not any(command.startswith("MAIL") for command in server.commands)
