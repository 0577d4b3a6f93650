import datetime as dt
import gzip
import socket
import ssl
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from email.utils import format_datetime
from functools import partial
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from beside import as_another_worker
from certificate import CERTIFICATE, KEY
from http_server import Act, Answer, HTTPServer, Reply, Trickle
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from digests.fetch import Fetched, Fetcher, FetchError, Policy, polite
from digests.fetch.addresses import is_allowed
from digests.fetch.answers import retry_after
from digests.fetch.urls import checked, redirected
from digests.sources.parsed import MAX_BYTES

NOW = dt.datetime(2026, 3, 20, 7, tzinfo=dt.UTC)
LOOPBACK = Policy(plain_http=True, networks=(ip_network("127.0.0.0/8"),), attempts=1)
METADATA = "169.254.169.254"
LIST = b'[{"title": "Do Owls Listen?"}]' * 50

# At no time: bytes that change with the clock would make another test of each second.
zipped = partial(gzip.compress, mtime=0)

Names = dict[str, list[list[str]]]


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Give a DNS: a name's addresses, one list a look-up, the last one for ever."""
    known: Names = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in known:
            return real(host, port, *args, **kwargs)
        answers = known[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [entry for address in addresses for entry in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def gate(host: str) -> AbstractContextManager[None]:
    return nullcontext()


def get(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    waits: list[float] | None = None,
    tls: ssl.SSLContext | None = None,
    **limits: Any,
) -> Fetched:
    """Fetch from loopback, without waiting; `waits` gets the seconds."""
    slept = [] if waits is None else waits
    fetcher = Fetcher(
        replace(LOOPBACK, **limits), gate=gate, sleep=slept.append, now=lambda: NOW, tls=tls
    )
    return fetcher.fetch(url, etag=etag, last_modified=last_modified)


def failure(url: str, **options: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **options)
    return caught.value


def packed(body: bytes, coding: str = "gzip") -> Answer:
    return Answer(headers=(("Content-Encoding", coding),), body=body)


def moved(location: str, status: int = 302) -> Answer:
    return Answer(status, (("Location", location),))


# Answers


def test_an_answer_comes_with_what_the_next_request_needs(server: HTTPServer) -> None:
    headers = (
        ("ETag", 'W/"owl"'),
        ("Last-Modified", "Fri, 20 Mar 2026 06:00:00 GMT"),
        ("Content-Type", "application/json; charset=utf-8"),
    )
    server.answer("/list?day=1", Answer(headers=headers, body=LIST))
    assert get(f"{server.url}/list?day=1#top") == Fetched(
        unchanged=False,
        body=LIST,
        etag='W/"owl"',
        last_modified="Fri, 20 Mar 2026 06:00:00 GMT",
        content_type="application/json; charset=utf-8",
        url=f"{server.url}/list?day=1",
    )


def test_an_empty_answer_is_an_answer(server: HTTPServer) -> None:
    server.answer("/", Answer())
    fetched = get(server.url)
    assert (fetched.body, fetched.etag, fetched.unchanged) == (b"", "", False)


def test_a_body_may_come_in_chunks_or_until_the_connection_ends(server: HTTPServer) -> None:
    chunks = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"2\r\n[]\r\n",
        b"0\r\n\r\n",
    ]
    server.answer("/chunks", chunks)
    server.answer("/old", [b"HTTP/1.0 200 OK\r\n\r\n", b"[", b"]"])
    assert get(f"{server.url}/chunks").body == get(f"{server.url}/old").body == b"[]"


def test_validators_survive_the_way_there_and_back_in_any_bytes(server: HTTPServer) -> None:
    server.answer("/", Answer(headers=(("ETag", '"é\xff"'), ("X-Nest", "ü"))), Answer(304))
    etag = get(server.url).etag
    assert get(server.url, etag=etag).unchanged
    assert server.requests[-1].headers["if-none-match"] == '"é\xff"'


def test_a_list_that_has_not_changed_is_not_sent_again(server: HTTPServer) -> None:
    server.answer("/", Answer(304, (("ETag", '"owl"'),)))
    fetched = get(server.url, etag='"owl"', last_modified="Fri, 20 Mar 2026 06:00:00 GMT")
    assert (fetched.unchanged, fetched.body, fetched.etag) == (True, b"", '"owl"')
    sent = server.requests[0].headers
    assert sent["if-none-match"] == '"owl"'
    assert sent["if-modified-since"] == "Fri, 20 Mar 2026 06:00:00 GMT"


def test_validators_stay_where_an_unchanged_answer_does_not_repeat_them(
    server: HTTPServer,
) -> None:
    server.answer("/same", Answer(304))
    server.answer("/changed", Answer(body=LIST))
    for path, kept in [("/same", ('"owl"', "Fri")), ("/changed", ("", ""))]:
        fetched = get(server.url + path, etag='"owl"', last_modified="Fri")
        assert (fetched.etag, fetched.last_modified) == kept


def test_unchanged_since_what_nobody_has_is_an_error(server: HTTPServer) -> None:
    server.answer("/", Answer(304))
    error = failure(server.url)
    assert (error.status, error.is_transient) == (304, False)


@pytest.mark.parametrize("etag", ['"a\r\nHost: b"', '"\0"', '"\u2603"', "x" * 2_000])
def test_a_validator_that_cannot_be_sent_is_left_out(server: HTTPServer, etag: str) -> None:
    server.answer("/", Answer())
    assert get(server.url, etag=etag).body == b""
    assert "if-none-match" not in server.requests[0].headers


def test_a_request_says_who_asks_and_what_for(server: HTTPServer, settings: Settings) -> None:
    settings.SITE_URL, settings.CONTACT_EMAIL = "https://paper.example", "op@paper.example"
    server.answer("/", Answer())
    get(server.url)
    sent = server.requests[0].headers
    assert sent["user-agent"].startswith("Paperboy/")
    assert sent["user-agent"].endswith(" (+https://paper.example; op@paper.example)")
    assert sent["accept-encoding"] == "gzip"
    assert sent["accept"].startswith("application/json, ")


def test_who_asks_may_be_all_there_is_to_say(server: HTTPServer, settings: Settings) -> None:
    settings.SITE_URL = settings.CONTACT_EMAIL = ""
    server.answer("/", Answer())
    get(server.url)
    assert "(" not in server.requests[0].headers["user-agent"]


def test_no_proxy_of_the_environment_is_asked(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.answer("/", Answer(body=LIST))
    assert get(server.url).body == LIST


# Refusals


@pytest.mark.parametrize("status", [202, 204, 206, 300, 400, 401, 403, 404, 410, 418, 501, 599])
def test_a_refusal_that_stays_is_not_asked_again(server: HTTPServer, status: int) -> None:
    server.answer("/", Answer(status, (("Retry-After", "5"),)))
    error = failure(server.url, attempts=3)
    assert (error.status, error.is_transient, error.retry_after) == (status, False, None)
    assert f"HTTP {status}" in str(error)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        (
            "text/plain",
            "The date\r\n is in\0 the \u202efuture. ".encode(),
            "The date is in the future.",
        ),
        ("application/json", b'{"error": "no such day"}', '{"error": "no such day"}'),
        ("application/atom+xml", b"<?xml version='1'?><e><t>Bad id</t></e>", "Bad id"),
        ("text/html", b"<style>p {}</style><!-- x --><p>a &lt; b</p><script>1", "a < b"),
        ("text/plain", b"x" * 20_000, "x" * 200),
        ("text/plain", b"\xff\xfe owl", "owl"),
        ("image/png", b"PNG", ""),
    ],
)
def test_a_refusal_keeps_the_source_s_own_words(
    server: HTTPServer, kind: str, body: bytes, words: str
) -> None:
    server.answer("/", Answer(400, (("Content-Type", kind),), body))
    error = failure(server.url)
    assert error.words == words
    assert (f'it says "{words}"' in str(error)) == bool(words)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_refusal_counts_though_its_words_cannot_be_read(server: HTTPServer, coding: str) -> None:
    headers = (("Content-Type", "text/plain"), ("Content-Encoding", coding))
    server.answer("/", Answer(404, headers, b"no gzip"))
    error = failure(server.url)
    assert (error.status, error.words) == (404, "")


def test_a_refusal_counts_though_its_words_never_end(server: HTTPServer) -> None:
    server.answer("/", Trickle(b"HTTP/1.1 404 No\r\nContent-Type: text/plain\r\n\r\n"))
    assert failure(server.url, answer_seconds=0.5).status == 404


# Packed answers


def test_gzip_is_unpacked_once(server: HTTPServer) -> None:
    server.answer("/one", packed(zipped(LIST)))
    server.answer("/nested", packed(zipped(zipped(LIST)), "X-GZip"))
    server.answer("/none", packed(LIST, "identity"))
    assert get(f"{server.url}/one").body == get(f"{server.url}/none").body == LIST
    assert gzip.decompress(get(f"{server.url}/nested").body) == LIST


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 1_000_000])
def test_gzip_gives_all_it_holds_wherever_a_piece_ends(server: HTTPServer, size: int) -> None:
    server.answer("/", packed(zipped(bytes(size))))
    assert get(server.url).body == bytes(size)


def test_gzip_may_have_several_members_and_padding(server: HTTPServer) -> None:
    server.answer("/", packed(zipped(b"owl ") + zipped(b"tide") + bytes(9)))
    assert get(server.url).body == b"owl tide"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "too early"),
        (zipped(LIST)[:-9], "too early"),
        (zipped(LIST)[:-1], "too early"),
        (zipped(LIST)[:-8] + bytes(8), "damaged"),
        (LIST, "damaged"),
        (zlib.compress(LIST), "damaged"),
        (zipped(LIST) + b"more", "damaged"),
        (zipped(b"") * 1_001, "more than 1,000 members"),
    ],
)
def test_a_broken_gzip_stream_is_told(server: HTTPServer, body: bytes, reason: str) -> None:
    server.answer("/", packed(body))
    error = failure(server.url)
    assert reason in str(error)
    assert error.is_transient


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd", "owl"])
def test_a_coding_nobody_asked_for_is_told(server: HTTPServer, coding: str) -> None:
    server.answer("/", packed(LIST, coding))
    error = failure(server.url)
    assert repr(coding) in str(error)
    assert not error.is_transient


def test_a_bomb_is_unpacked_no_further_than_the_limit(server: HTTPServer) -> None:
    bomb = zipped(bytes(30_000_000))
    assert len(bomb) < 31_000
    server.answer("/", packed(bomb))
    tracemalloc.start()
    error = failure(server.url, max_bytes=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "more than 1,000,000 bytes" in str(error)
    assert peak < 5_000_000


def test_the_usual_limit_is_that_of_a_digest(server: HTTPServer) -> None:
    server.answer("/most", packed(zipped(bytes(MAX_BYTES))))
    server.answer("/more", packed(zipped(bytes(MAX_BYTES + 1))))
    assert len(get(f"{server.url}/most").body) == MAX_BYTES
    assert f"more than {MAX_BYTES:,} bytes" in str(failure(f"{server.url}/more"))


@pytest.mark.parametrize(
    "reply",
    [
        Answer(body=bytes(1_001)),
        [b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1_001],
        [b"HTTP/1.1 200 OK\r\n\r\n", bytes(1_001)],
    ],
)
def test_an_answer_that_is_too_large_is_left(server: HTTPServer, reply: Reply) -> None:
    server.answer("/", reply)
    error = failure(server.url, max_bytes=1_000)
    assert "more than 1,000 bytes" in str(error)
    assert not error.is_transient


# Broken and slow answers


@pytest.mark.parametrize(
    "reply",
    [
        Act.DROP,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 2\r\n\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nowl\r\n[]"],
        [b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000],
        [b"HTTP/1.1 200 OK\r\nNul: \0\r\n\r\n"],
        [b"HTTP/1.1 2"],
        [b"220 owl.example ESMTP\r\n"],
        [b"\x16\x03\x01"],
    ],
)
def test_an_answer_that_breaks_is_asked_for_again(server: HTTPServer, reply: Reply) -> None:
    server.answer("/", reply, Answer(body=LIST))
    assert get(server.url, attempts=2).body == LIST
    server.answer("/again", reply)
    assert failure(f"{server.url}/again").is_transient


def test_a_body_longer_than_announced_ends_where_it_should(server: HTTPServer) -> None:
    server.answer("/", [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]more"])
    assert get(server.url).body == b"[]"


@pytest.mark.parametrize("seconds", [0, 0.02])
@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n",
    ],
)
def test_a_trickle_ends_however_often_it_drips(
    server: HTTPServer, start: bytes, seconds: float
) -> None:
    server.answer("/", Trickle(start, seconds=seconds))
    error = failure(server.url, answer_seconds=0.1)
    assert error.is_transient
    assert "too slow" in str(error)


def test_silence_ends_too(server: HTTPServer) -> None:
    server.answer("/", Act.SILENCE)
    assert "too slow" in str(failure(server.url, read_seconds=0.1))


def test_a_handshake_that_never_comes_ends_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(f"https://127.0.0.1:{silent.getsockname()[1]}", connect_seconds=0.1)
    assert "too slow" in str(error)


def test_nobody_there_is_a_fault_that_may_pass(server: HTTPServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = failure(f"http://127.0.0.1:{port}")
    assert error.is_transient
    assert "127.0.0.1 broke" in str(error)


@given(
    start=st.sampled_from(
        [b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 Go\r\nLocation:"]
    ),
    rest=st.binary(max_size=200),
)
def test_whatever_a_server_says_is_an_answer_or_a_fetch_error(start: bytes, rest: bytes) -> None:
    with HTTPServer() as server:
        server.answer("/", [start + rest])
        with suppress(FetchError):
            assert get(server.url).url.startswith("http")


# Trying again


def test_a_fault_that_passes_is_waited_out(server: HTTPServer) -> None:
    waits: list[float] = []
    server.answer("/", Answer(503), Answer(500), Answer(body=LIST))
    assert get(server.url, waits=waits, attempts=3).body == LIST
    first, second = waits
    assert 0 <= first <= 2
    assert 0 <= second <= 4


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_after_three_attempts_the_fault_is_told(server: HTTPServer, status: int) -> None:
    server.answer("/", Answer(status))
    error = failure(server.url, attempts=Policy().attempts)
    assert (error.status, error.is_transient) == (status, True)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "value", ["42", format_datetime(NOW + dt.timedelta(seconds=42), usegmt=True)]
)
def test_a_source_that_asks_for_time_gets_it(server: HTTPServer, value: str) -> None:
    waits: list[float] = []
    server.answer("/", Answer(429, (("Retry-After", value),)), Answer(body=LIST))
    assert get(server.url, waits=waits, attempts=3).body == LIST
    assert waits == [42]


def test_a_source_that_asks_for_too_much_time_is_left_at_once(server: HTTPServer) -> None:
    waits: list[float] = []
    server.answer("/", Answer(503, (("Retry-After", "61"),)))
    error = failure(server.url, waits=waits, attempts=3)
    assert (error.retry_after, error.is_transient) == (dt.timedelta(seconds=61), True)
    assert (waits, len(server.requests)) == ([], 1)


def test_an_answer_has_no_more_time_than_is_left_of_the_fetch(server: HTTPServer) -> None:
    server.answer("/", moved("/slow"))
    server.answer("/slow", Trickle(b"HTTP/1.1 200 OK\r\n"))
    error = failure(server.url, attempts=3, fetch_seconds=0.3)  # of the 60 an answer may take
    assert "too slow" in str(error)
    assert len(server.requests) == 2


def test_no_attempt_begins_that_the_time_is_too_short_for(server: HTTPServer) -> None:
    waits: list[float] = []
    server.answer("/", Answer(503, (("Retry-After", "42"),)))
    assert failure(server.url, waits=waits, attempts=3, fetch_seconds=42).status == 503
    assert (waits, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("Fri, 20 Mar 2026 06:00:00 GMT", 0),  # over already
        ("Friday, 20-Mar-26 07:00:30 GMT", 30),
        ("9" * 30, 86_400),
        ("9" * 5_000, None),
        ("Sat, 20 Mar 9999 06:00:00 GMT", 86_400),
        ("Fri, 20 Mar 2026 06:00:00", None),  # in no zone
        ("-1", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_for_what_it_is_worth(value: str, seconds: int | None) -> None:
    wanted = None if seconds is None else dt.timedelta(seconds=seconds)
    assert retry_after(value, NOW) == wanted


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(server: HTTPServer, status: int) -> None:
    server.answer("/old/list", moved("../new?day=ü", status))
    server.answer("/new?day=%C3%BC", Answer(body=LIST))
    fetched = get(f"{server.url}/old/list")
    assert (fetched.body, fetched.url) == (LIST, f"{server.url}/new?day=%C3%BC")


def test_a_redirect_may_be_long_and_in_utf_8(server: HTTPServer) -> None:
    signature = "x" * 3_000  # as signed links to a store are
    server.answer("/", moved(f"/дни?{signature}".encode().decode("latin-1")))
    server.answer(f"/%D0%B4%D0%BD%D0%B8?{signature}", Answer(body=LIST))
    assert get(server.url).body == LIST


def test_five_redirects_are_followed_and_no_sixth(server: HTTPServer) -> None:
    for number in range(6):
        server.answer(f"/{number}", moved(f"/{number + 1}"))
    server.answer("/6", Answer(body=LIST))
    assert get(f"{server.url}/1").body == LIST
    assert "more than 5 times" in str(failure(f"{server.url}/0"))
    assert [request.target for request in server.requests[-6:]] == [f"/{n}" for n in range(6)]


def test_redirects_in_a_circle_end(server: HTTPServer) -> None:
    server.answer("/a", moved("/b"))
    server.answer("/b", moved("/a#again"))
    error = failure(f"{server.url}/a", attempts=3)
    assert "in a circle" in str(error)
    assert len(server.requests) == 2


def test_a_redirect_to_nowhere_is_a_refusal(server: HTTPServer) -> None:
    server.answer("/", Answer(302))
    assert failure(server.url).status == 302


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (f"http://{METADATA}/latest/meta-data", "not of the public internet"),
        ("//10.0.0.1/", "not of the public internet"),
        ("file:///etc/passwd", "not a web address"),
        ("gopher://127.0.0.1/", "not a web address"),
        ("javascript:1", "not a web address"),
        ("//me:secret@127.0.0.1/", "a name or a password"),
        ("http://[::1", "not a URL"),
        ("http://a:99999/", "which cannot be"),
    ],
)
def test_a_redirect_is_checked_again(server: HTTPServer, location: str, reason: str) -> None:
    server.answer("/", moved(location))
    error = failure(server.url, attempts=3)
    assert reason in str(error)
    assert "secret" not in str(error)
    assert (error.is_transient, server.connections) == (False, 1)


def test_no_redirect_leaves_https_even_where_http_is_permitted() -> None:
    url = checked("https://papers.example/", LOOPBACK)
    with pytest.raises(FetchError, match="from https to http"):
        redirected(url, "http://papers.example/", LOOPBACK)
    assert str(redirected(url, "//other.example/", LOOPBACK)) == "https://other.example/"


# URLs


@pytest.mark.parametrize(
    "url",
    [
        "",
        "owls",
        "//papers.example",
        "https:///list",
        "https://.../",
        "ftp://papers.example/",
        "file:///etc/passwd",
        "http://papers.example/",
        "https://papers.example:8443/",
        "https://papers.example:0/",
        "https://papers.example:99999/",
        "https://me@papers.example/",
        "https://me:secret@papers.example/",
        "https://\ud800/",
        "https://papers.example/\0",
    ],
)
def test_a_url_that_will_not_do_is_refused_without_asking_anybody(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        Fetcher(Policy(), gate=gate).fetch(url)
    assert not caught.value.is_transient


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("HTTPS://Papers.Example.:443/a?b#c", "https://papers.example/a?b"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://papers.example:80", "https://papers.example:80"),
        ("https://xn--a/", "https://xn--a/"),  # of which no Unicode can be made
    ],
)
def test_a_url_is_asked_for_in_its_plain_form(url: str, asked: str) -> None:
    assert str(checked(url, Policy())) == asked


@given(st.text() | st.builds("https://{}{}".format, st.sampled_from(["", "xn--"]), st.text()))
def test_any_text_is_a_url_or_a_fetch_error(text: str) -> None:
    try:
        url = checked(text, Policy())
    except FetchError:
        return
    assert url.scheme == "https"


# Addresses


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "127。0。0。1",
        "0.0.0.0",  # noqa: S104 - it must not be reached
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        METADATA,
    ],
)
def test_however_an_inner_address_is_spelt_nobody_connects_to_it(
    host: str, server: HTTPServer
) -> None:
    fetcher = Fetcher(replace(LOOPBACK, networks=()), gate=gate)
    with pytest.raises(FetchError, match="not of the public internet") as caught:
        fetcher.fetch(f"http://{host}:{server.port}/")
    assert (caught.value.is_transient, server.connections) == (False, 0)


@pytest.mark.parametrize(
    "address",
    [
        *("0.1.2.3", "10.9.8.7", "100.64.0.1", "100.127.255.255", "127.9.9.9", METADATA),
        *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        "168.63.129.16",
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1"),
        *("64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:0:a00:1::f5ff:fffe", "2001:db8::1"),
        *("2002:a00:1::", "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
        *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
    ],
)
def test_an_address_beside_the_public_internet_is_forbidden(address: str) -> None:
    assert not is_allowed(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0"),
        *(
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ),
    ],
)
def test_an_address_of_the_public_internet_is_allowed(address: str) -> None:
    assert is_allowed(ip_address(address))


@given(st.ip_addresses())
def test_no_address_is_allowed_that_the_standard_library_calls_special(address: Any) -> None:
    if is_allowed(address) and address not in ip_network("64:ff9b::/96"):
        real = getattr(address, "ipv4_mapped", None) or address
        assert real.is_global
        assert not real.is_multicast


def test_a_permitted_network_is_permitted_and_nothing_around_it() -> None:
    permitted = [ip_network("10.1.0.0/16"), ip_network("fd00::/8")]
    allowed = [
        address
        for address in ("10.1.2.3", "::ffff:10.1.2.3", "10.2.0.0", "fd00::1", "fc00::1", METADATA)
        if is_allowed(ip_address(address), permitted)
    ]
    assert allowed == ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"]


@pytest.mark.parametrize("addresses", [["8.8.8.8", "10.0.0.1"], ["::1", "2606:4700::1111"]])
def test_one_inner_address_condemns_a_name(addresses: list[str], names: Names) -> None:
    names["papers.example"] = [addresses]
    assert "not of the public internet" in str(failure("https://papers.example/"))


def test_a_name_of_which_no_unicode_can_be_made_is_a_name(server: HTTPServer, names: Names) -> None:
    names["xn--a.example"] = [["127.0.0.1"], [METADATA]]
    url = f"http://xn--a.example:{server.port}/"
    server.answer("/", Answer(404))
    assert "xn--a.example answers with HTTP 404" in str(failure(url))
    assert "xn--a.example is at" in str(failure(url))


def test_what_was_checked_is_what_is_connected_to(server: HTTPServer, names: Names) -> None:
    names["papers.example"] = [["127.0.0.1"], [METADATA]]
    server.answer("/", Answer(body=LIST))
    assert get(f"http://papers.example:{server.port}/").body == LIST
    assert server.requests[0].headers["host"] == f"papers.example:{server.port}"
    assert METADATA in str(failure(f"http://papers.example:{server.port}/"))


def test_a_dead_address_gives_way_to_the_next(server: HTTPServer, names: Names) -> None:
    names["papers.example"] = [["::1", "127.0.0.1"]]  # nobody listens at the first
    networks = (ip_network("::1/128"), *LOOPBACK.networks)
    server.answer("/", Answer(body=LIST))
    assert get(f"http://papers.example:{server.port}/", networks=networks).body == LIST


def test_a_name_without_an_address_may_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure("https://papers.example/")
    assert error.is_transient
    assert "papers.example has no address" in str(error)


def test_a_name_that_cannot_be_one_is_refused() -> None:
    error = failure(f"https://{'x' * 64}.example/")
    assert "not a host name" in str(error)
    assert not error.is_transient


# Certificates


@contextmanager
def secure_server(folder: Path, seen: list[str]) -> Iterator[HTTPServer]:
    """Serve as papers.example; `seen` gets the names that clients ask for."""
    file = folder / "papers.pem"
    file.write_text(KEY + CERTIFICATE)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    tls.sni_callback = lambda _socket, name, _context: seen.append(name)
    with HTTPServer(tls) as server:
        server.answer("/", Answer(body=LIST))
        yield server


def test_a_certificate_is_checked_against_the_name_though_the_address_is_pinned(
    tmp_path: Path, names: Names
) -> None:
    names["papers.example"] = names["other.example"] = [["127.0.0.1"]]
    trusting = partial(get, tls=ssl.create_default_context(cadata=CERTIFICATE))
    seen: list[str] = []
    with secure_server(tmp_path, seen) as server:
        assert trusting(f"https://papers.example:{server.port}/").body == LIST
        with pytest.raises(FetchError, match="no valid certificate") as caught:
            trusting(f"https://other.example:{server.port}/")
    assert not caught.value.is_transient
    assert seen == ["papers.example", "other.example"]


def test_a_trickle_ends_behind_tls_too(tmp_path: Path, names: Names) -> None:
    names["papers.example"] = [["127.0.0.1"]]
    trusting = ssl.create_default_context(cadata=CERTIFICATE)
    with secure_server(tmp_path, []) as server:
        server.answer("/slow", Trickle(b"HTTP/1.1 200 OK\r\n\r\n", seconds=0.02))
        url = f"https://papers.example:{server.port}/slow"
        error = failure(url, tls=trusting, answer_seconds=0.2, max_bytes=100)
    assert "too slow" in str(error)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path, names: Names) -> None:
    names["papers.example"] = [["127.0.0.1"]]
    with secure_server(tmp_path, []) as server:
        error = failure(f"https://papers.example:{server.port}/", attempts=3)
        assert "self-signed" in str(error)
        assert (server.requests, server.connections) == ([], 1)


# The installation's own


def test_the_settings_widen_the_policy(settings: Settings) -> None:
    settings.FETCH_PLAIN_HTTP, settings.FETCH_NETWORKS = True, (ip_network("10.0.0.0/8"),)
    widened = Policy(plain_http=True, networks=(ip_network("10.0.0.0/8"),))
    assert Policy.from_settings() == widened


@pytest.mark.django_db(transaction=True)
def test_by_default_a_fetch_is_safe_and_takes_its_turn(
    server: HTTPServer, settings: Settings
) -> None:
    settings.FETCH_PLAIN_HTTP, settings.FETCH_NETWORKS = True, (ip_network("127.0.0.0/8"),)
    server.answer("/", Answer(body=LIST))
    assert Fetcher().fetch(server.url).body == LIST
    settings.FETCH_PLAIN_HTTP = False
    with pytest.raises(FetchError, match="plain http"):
        Fetcher().fetch(server.url)


@pytest.mark.django_db(transaction=True)
def test_a_host_that_stays_busy_is_not_queued_for_again(server: HTTPServer) -> None:
    impatient = partial(polite, patience=dt.timedelta(milliseconds=1))
    waits: list[float] = []

    def ask() -> None:
        fetcher = Fetcher(replace(LOOPBACK, attempts=3), gate=impatient, sleep=waits.append)
        with pytest.raises(FetchError, match="busy"):
            fetcher.fetch(server.url)
        waits.append(-1)

    with polite("127.0.0.1"):
        as_another_worker(ask)
    assert (waits, server.connections) == ([-1], 0)


def test_every_request_passes_the_gate_and_ends_within(server: HTTPServer) -> None:
    passed: list[str] = []

    @contextmanager
    def watched(host: str) -> Iterator[None]:
        passed.append(f"{host} begins")
        try:
            yield
        finally:
            passed.append(f"{host} ends")

    server.answer("/", moved("/list"))
    server.answer("/list", Answer(503), Answer(body=LIST))
    Fetcher(replace(LOOPBACK, attempts=2), gate=watched, sleep=lambda _: None).fetch(server.url)
    assert passed == ["127.0.0.1 begins", "127.0.0.1 ends"] * 4
