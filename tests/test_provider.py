import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple
from email.header import decode_header, make_header
from email.utils import format_datetime, formataddr, parseaddr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import Mock

import pytest
import requests
import urllib3.exceptions
from book import Book
from django.utils import timezone
from pytest_django import Settings

from config import mail_url
from config.mime import to_bytes
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.transports.provider import ProviderTransport
from subscribers.mail import Words, build

OVER_HTTP = list(mail_url.PROVIDERS)
Hour = dt.timedelta(hours=1)
WORDS = Words("3 papers", "Text.", "<p>Text.")


class Provider(ThreadingHTTPServer):
    """Resend or Postmark on loopback: keeps what it is sent, and answers as it is told.

    A status of 0 ends the connection without an answer, -1 leaves the caller waiting.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.status, self.headers, self.body = 200, {"X-Nothing": ""}, '{"id": "r-1"}'
        self.payloads: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def answer(self, status: int, body: str = "{}", **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.status, self.headers, self.body = status, names, body


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Provider

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.payloads.append(json.loads(content))
        self.server.keys.append(self.headers["Idempotency-Key"])
        if self.server.status <= 0:
            self.close_connection = True
            self.rfile.read(-self.server.status)  # one byte, that never comes
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with Provider() as provider:
        threading.Thread(target=provider.serve_forever, args=(0.01,), daemon=True).start()
        use(settings, "resend")
        settings.ANYMAIL["RESEND_API_URL"] = provider.url
        yield provider
        provider.shutdown()


def use(settings: Settings, scheme: str) -> None:
    parsed = mail_url.parse(f"{scheme}://KEY@news.example.org")
    settings.EMAIL_BACKEND = parsed.backend
    settings.ANYMAIL = {**settings.ANYMAIL, **parsed.anymail}
    settings.DEFAULT_FROM_EMAIL = "Paperboy <paperboy@news.example.org>"


def mail(words: Words = WORDS, key: int = 7, to: str = "ada@example.org") -> Message:
    headers = {
        "List-Id": formataddr(("Zeitungsmädchen", "editions.example.org")),
        "List-Unsubscribe": f"<https://news.example.org/u/{'x' * 80}>",
        "Message-ID": f"<d.{key}@x.org>",
    }
    content = to_bytes(build(words, "ada@example.org", headers))
    return Message("paperboy@news.example.org", to, to_wire(content), key)


def send(messages: Iterable[Message]) -> list[Outcome]:
    book = Book()
    with suppress(ClosedError), ProviderTransport() as transport:
        transport.send(messages, book)
    return book.outcomes


def send_one() -> Outcome:
    [outcome] = send([mail()])
    return outcome


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(requests.Session, "request", Mock(side_effect=error))


# Answers


def test_a_taken_mail_is_known_by_the_providers_id(provider: Provider) -> None:
    assert send_one() == Outcome(Verdict.ACCEPTED, message_id="r-1")


@pytest.mark.parametrize("body", ["", "<html>OK", "[]", '{"neither": "id"}'])
def test_a_yes_that_cannot_be_read_is_a_yes(provider: Provider, body: str) -> None:
    provider.answer(200, body)
    assert send_one() == Outcome(Verdict.ACCEPTED, "HTTP 200")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (400, Verdict.REFUSED),
        (401, Verdict.CLOSED),
        (402, Verdict.CLOSED),
        (403, Verdict.CLOSED),
        (404, Verdict.CLOSED),
        (409, Verdict.UNKNOWN),
        (422, Verdict.REFUSED),
        (429, Verdict.DEFERRED),
        (500, Verdict.UNKNOWN),
        (503, Verdict.UNKNOWN),
        (520, Verdict.UNKNOWN),
    ],
)
def test_a_status_means_one_verdict_and_its_reason_names_nobody(
    provider: Provider, status: int, verdict: Verdict
) -> None:
    provider.answer(status, '{"message": "ada@example.org"}')
    assert send_one() == Outcome(verdict, f"HTTP {status}")


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("0", dt.timedelta()),
        ("90", dt.timedelta(seconds=90)),
        ("7200", Hour),
        ("9" * 15, Hour),
        ("Thu, 01 Jan 1970 00:00:00 GMT", dt.timedelta()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Hour),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
    ],
)
def test_the_wait_a_provider_asks_for_is_kept_up_to_an_hour(
    provider: Provider, asked: str, wait: dt.timedelta | None
) -> None:
    provider.answer(429, Retry_After=asked)
    assert send_one().retry_after == wait


def test_the_wait_may_be_given_as_a_date(provider: Provider) -> None:
    soon = timezone.now() + dt.timedelta(minutes=10)
    provider.answer(429, Retry_After=format_datetime(soon, usegmt=True))
    wait = send_one().retry_after
    assert wait is not None
    assert dt.timedelta(minutes=9) < wait <= dt.timedelta(minutes=10)


def test_an_address_that_the_provider_knows_as_dead_is_refused(
    provider: Provider, settings: Settings
) -> None:
    use(settings, "postmark")
    settings.ANYMAIL["POSTMARK_API_URL"] = provider.url
    said = "Found inactive addresses: ada@example.org. Inactive recipients are ones that bounced."
    provider.answer(422, json.dumps({"ErrorCode": 406, "Message": said}))
    assert send_one() == Outcome(Verdict.REFUSED, "the provider refuses this address")


# No answer


def test_a_provider_that_is_not_there_closes_the_transport(
    provider: Provider, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    settings.ANYMAIL["RESEND_API_URL"] = f"http://127.0.0.1:{free}/"
    assert send_one() == Outcome(Verdict.CLOSED, "no answer: ConnectionError")


def test_a_name_without_an_address_closes_the_transport(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror))
    assert send_one().verdict is Verdict.CLOSED


def test_a_connection_that_is_never_made_closes_the_transport(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, requests.ConnectTimeout())
    assert send_one() == Outcome(Verdict.CLOSED, "no answer: ConnectTimeout")


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (ssl.SSLCertVerificationError(), Verdict.CLOSED),
        (ssl.SSLEOFError(), Verdict.UNKNOWN),
    ],
)
def test_tls_that_fails_before_the_mail_closes_the_transport_and_later_leaves_doubt(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, error: ssl.SSLError, verdict: Verdict
) -> None:
    reason = urllib3.exceptions.SSLError(error)
    retries = urllib3.exceptions.MaxRetryError(Mock(), provider.url, reason)
    fail_with(monkeypatch, requests.exceptions.SSLError(retries))
    assert send_one().verdict is verdict


def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(
    provider: Provider, settings: Settings
) -> None:
    settings.ANYMAIL["REQUESTS_TIMEOUT"] = 0.1
    provider.answer(-1)
    assert send_one() == Outcome(Verdict.UNKNOWN, "no answer: ReadTimeout")


def test_a_connection_lost_after_the_call_leaves_the_outcome_unknown(provider: Provider) -> None:
    provider.answer(0)
    assert send_one() == Outcome(Verdict.UNKNOWN, "no answer: ConnectionError")
    assert len(provider.payloads) == 1


# What is sent


def test_many_mails_share_one_connection_that_is_closed_in_the_end(provider: Provider) -> None:
    book = Book()
    with ProviderTransport() as transport:
        transport.send([mail() for _ in range(20)], book)
    assert {outcome.verdict for outcome in book.outcomes} == {Verdict.ACCEPTED}
    assert (len(provider.payloads), provider.connections) == (20, 1)
    assert transport.backend.session is None


def test_the_next_mail_leaves_after_a_broken_call(provider: Provider) -> None:
    def source() -> Iterator[Message]:
        provider.answer(0)
        yield mail()
        provider.answer(200, '{"id": "r-2"}')
        yield mail()

    broken, taken = send(source())
    assert broken.verdict is Verdict.UNKNOWN
    assert taken == Outcome(Verdict.ACCEPTED, message_id="r-2")


def test_a_mail_says_through_an_api_what_its_bytes_say(
    provider: Provider, settings: Settings
) -> None:
    settings.CONTACT_EMAIL = "people@example.org"
    settings.DEFAULT_FROM_EMAIL = "Zeitungsmädchen <paperboy@news.example.org>"
    words = Words("3 papers on φ", ".\n..φ\n" * 9, f"<p>{'φ ' * 900}\n.\n")
    send([mail(words)])
    [payload] = provider.payloads
    assert (payload["subject"], payload["text"], payload["html"]) == tuple(astuple(words))
    assert parseaddr(payload["from"])[1] == "paperboy@news.example.org"
    assert str(make_header(decode_header(payload["from"]))).startswith("Zeitungsmädchen")
    assert payload["to"] == ["ada@example.org"]
    assert payload["reply_to"] == ["people@example.org"]


def test_headers_travel_as_they_were_written(provider: Provider) -> None:
    send_one()
    [payload] = provider.payloads
    assert payload["headers"] == {
        "Auto-Submitted": "auto-generated",
        "List-Id": "=?utf-8?q?Zeitungsm=C3=A4dchen?= <editions.example.org>",
        "List-Unsubscribe": f"<https://news.example.org/u/{'x' * 80}>",
        "Message-ID": "<d.7@x.org>",
        "X-Metadata": '{"delivery": "7"}',
        "X-Tags": '["edition"]',
    }


def test_a_mail_carries_its_delivery_and_tag_and_switches_tracking_off(
    provider: Provider, settings: Settings
) -> None:
    use(settings, "postmark")
    settings.ANYMAIL["POSTMARK_API_URL"] = provider.url
    send_one()
    [payload] = provider.payloads
    assert payload["Metadata"] == {"delivery": "7"}
    assert payload["Tag"] == "edition"
    assert payload["TrackOpens"] is False
    assert payload["TrackLinks"] == "None"


def test_a_delivery_has_one_key_however_often_it_is_handed_over(
    provider: Provider, settings: Settings
) -> None:
    send([mail(key=7), mail(key=8), mail(key=7)])
    settings.SITE_URL = "https://other.example.org"
    send([mail(key=7)])
    one, other, again, elsewhere = provider.keys
    assert one == again
    assert len({one, other, elsewhere}) == 3


def test_a_provider_without_keys_gets_none(provider: Provider, settings: Settings) -> None:
    use(settings, "postmark")
    settings.ANYMAIL["POSTMARK_API_URL"] = provider.url
    send_one()
    assert provider.keys == [None]


@pytest.mark.parametrize("scheme", OVER_HTTP)
def test_every_provider_takes_all_that_our_mails_ask_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    use(settings, scheme)
    fail_with(monkeypatch, requests.ConnectTimeout())
    assert send_one() == Outcome(Verdict.CLOSED, "no answer: ConnectTimeout")
    [call] = requests.Session.request.mock_calls  # type: ignore[attr-defined] # a Mock by now
    assert all(word in str(call) for word in ("https://news.example.org/u/x", "<p>Text."))


def test_a_mail_that_cannot_be_written_down_is_refused_before_any_call(
    provider: Provider,
) -> None:
    [outcome] = send([mail(to="no address at all")])
    assert outcome == Outcome(Verdict.REFUSED, "AnymailInvalidAddress")
    assert not provider.payloads
