"""The tasks: what beat rings for, and what one worker does about a source."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import factories as make
import pytest
from beside import as_another_worker
from celery import Task
from http_server import Answer, HTTPServer

from config.locks import alone
from digests import tasks
from digests.models import Paper, Poll, Source
from digests.polling.days import ONE_DAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_sources_on_loopback")]
AT = make.NOW.isoformat()
MORNING = {"is_active": True, "active_since": make.DATE, "poll_times": [dt.time(6)]}
OWLS = Answer(body=b'{"title": "Owls", "abstract": "We follow forty owls for a winter."}')

Messages = list[tuple[str, object, object]]


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer() as running:
        yield running


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Messages:
    """Return the messages to tasks, none of which is delivered."""
    messages: Messages = []

    def ring(task: "Task[..., object]", args: object, **options: object) -> None:
        messages.append((task.name, args, options))

    monkeypatch.setattr(Task, "apply_async", ring)
    return messages


def source(url: str, **fields: Any) -> Source:
    return make.source(url=url, **MORNING | fields)


def rung_for(messages: Messages) -> list[object]:
    return [args[0] for _, args, _ in messages if isinstance(args, tuple)]


# The bell


def test_the_bell_rings_for_a_source_that_is_due_with_a_message_that_goes_stale(
    rung: Messages,
) -> None:
    due = source("https://papers.example/feed")
    tasks.fetch_due(AT)
    options = {"expires": tasks.STALE_SECONDS}
    assert rung == [("digests.fetch_source", (due.pk, AT), options)]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"url": ""},
        {"poll_times": [dt.time(8)]},
        {"weekdays": [1]},
        {"active_since": make.DATE + ONE_DAY},
        {"retry_at": make.NOW + dt.timedelta(seconds=1)},
    ],
)
def test_the_bell_is_silent_for_all_others(rung: Messages, fields: dict[str, Any]) -> None:
    make.source(**MORNING | {"url": "https://papers.example/feed"} | fields)
    tasks.fetch_due(AT)
    assert rung == []


def test_a_source_whose_wait_is_over_is_rung_for(rung: Messages) -> None:
    source("https://papers.example/feed", retry_at=make.NOW)
    tasks.fetch_due(AT)
    assert len(rung) == 1


def test_the_bell_rings_for_one_source_of_each_host(rung: Messages) -> None:
    urls = "https://a.example/1", "https://a.example/2", "https://b.example/1", "https://[", "x"
    first, _, other, nowhere, _ = (source(urls[n], slug=f"source-{n}") for n in range(5))
    tasks.fetch_due(AT)
    assert {*rung_for(rung)} == {first.pk, other.pk, nowhere.pk}
    assert len(rung) == 3


def test_no_host_always_comes_first(rung: Messages) -> None:
    sources = [source(f"https://{name}.example/", slug=name) for name in "ab"]
    for _ in range(100):  # once in 10^30 runs they all agree
        tasks.fetch_due(AT)
    assert {*rung_for(rung)[::2]} == {one.pk for one in sources}


# A worker


def test_a_worker_fetches_what_is_due_and_rings_for_the_next(
    server: HTTPServer, rung: Messages
) -> None:
    server.answer("/feed", OWLS)
    tasks.fetch_source(source(f"{server.url}/feed").pk, AT)
    assert Paper.objects.get().title == "Owls"
    assert Poll.objects.get().polled_at == make.NOW
    assert rung == [("digests.fetch_due", (AT,), {"expires": tasks.STALE_SECONDS})]


def test_the_newest_day_comes_first(server: HTTPServer, rung: Messages) -> None:
    dated = source(f"{server.url}/{{date}}", active_since=make.DATE - 4 * ONE_DAY)
    days = ["/2026-03-16", "/2026-03-13", "/2026-03-12"]
    for day in days:
        server.answer(day, OWLS)
    tasks.fetch_source(dated.pk, AT)
    assert [request.target for request in server.requests] == days


def test_a_worker_whose_time_is_up_leaves_the_other_days_to_the_next_ring(
    server: HTTPServer, rung: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BUDGET", dt.timedelta())
    dated = source(f"{server.url}/{{date}}", active_since=make.DATE - 4 * ONE_DAY)
    for day in ("/2026-03-16", "/2026-03-13", "/2026-03-12"):
        server.answer(day, OWLS)
    for number in range(1, 5):
        tasks.fetch_source(dated.pk, AT)
        assert len(server.requests) == min(number, 3)


def test_a_second_message_finds_nothing_to_do(server: HTTPServer, rung: Messages) -> None:
    server.answer("/feed", OWLS)
    due = source(f"{server.url}/feed")
    for _ in range(2):
        tasks.fetch_source(due.pk, AT)
    assert len(server.requests) == len(rung) == 1


def test_a_source_that_failed_is_left_alone_until_its_wait_is_over(
    server: HTTPServer, rung: Messages, caplog: pytest.LogCaptureFixture
) -> None:
    due = source(f"{server.url}/feed", slug="owls")
    for _ in range(2):
        tasks.fetch_source(due.pk, AT)
    assert len(server.requests) == 1
    assert "owls 2026-03-16: not fetched: 127.0.0.1 answers with HTTP 404" in caplog.text


def test_a_source_that_is_gone_or_switched_off_is_not_asked(
    server: HTTPServer, rung: Messages
) -> None:
    off = source(f"{server.url}/feed", is_active=False)
    tasks.fetch_source(off.pk, AT)
    off.delete()
    tasks.fetch_source(off.pk or 0, AT)
    assert not server.requests
    assert not rung


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", [tasks.ALONE, "fetch owls"])
def test_one_worker_at_a_time_fetches_and_none_what_is_fetched_by_hand(
    server: HTTPServer, rung: Messages, name: str
) -> None:
    due = source(f"{server.url}/feed", slug="owls")
    with alone(name):
        as_another_worker(lambda: tasks.fetch_source(due.pk, AT))
    assert not server.requests
    assert not rung
