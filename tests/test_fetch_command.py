"""`manage.py fetch`, as an operator uses it."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import factories as make
import pytest
import time_machine
from beside import as_another_worker, database_url
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from http_server import Answer, HTTPServer

from config.locks import alone
from digests.models import Digest, Paper, Poll, Source
from digests.papers_lock import PAPERS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_sources_on_loopback")]
ROOT = Path(__file__).parents[1]
TUESDAY = dt.datetime(2026, 3, 17, 7, tzinfo=dt.UTC)
DAYS = ("2026-03-13", "2026-03-16", "2026-03-17")
DAILY = {"slug": "daily", "is_active": True, "active_since": dt.date(2026, 3, 16)}


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    """Return a server with a paper a day, the same one every day, and a feed."""
    with HTTPServer() as running:
        for target in (*DAYS, "feed"):
            running.answer(f"/{target}", papers("Owls"))
        yield running


@pytest.fixture
def daily(server: HTTPServer) -> Source:
    return make.source(url=f"{server.url}/{{date}}", **DAILY)


def papers(*titles: str) -> Answer:
    listed = [{"title": title, "abstract": "We follow forty owls."} for title in titles]
    return Answer(200, (("ETag", '"one"'),), "\n".join(map(json.dumps, listed)).encode())


@time_machine.travel(TUESDAY, tick=False)
def run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    capsys.readouterr()
    call_command("fetch", *args)
    return capsys.readouterr().out


@time_machine.travel(TUESDAY, tick=False)
def fail(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[str, str, str]:
    """Fetch what fails; return what is printed, what of it as errors, and the last word."""
    with pytest.raises(CommandError) as caught:
        call_command("fetch", *args)
    return (*capsys.readouterr(), str(caught.value))


# What is fetched


def test_without_arguments_the_days_that_are_due_are_fetched(
    daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    make.source(slug="off", url="https://papers.example/feed")
    assert run(capsys).splitlines() == [
        "daily 2026-03-16: 1 paper, 1 new, 0 known",
        "daily 2026-03-17: 1 paper, 0 new, 1 known",
    ]
    assert run(capsys) == "Nothing is due.\n"
    assert run(capsys, "--json") == ""


def test_a_source_that_waits_after_a_failure_is_fetched_by_hand(
    daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    Source.objects.filter(pk=daily.pk).update(retry_at=TUESDAY + dt.timedelta(hours=5))
    assert len(run(capsys).splitlines()) == 2


def test_a_source_that_was_never_active_is_fetched_for_today(
    server: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    make.source(slug="new", url=f"{server.url}/{{date}}")
    make.source(slug="feed", url=f"{server.url}/feed")
    said = run(capsys, "new", "feed", "new").splitlines()
    assert [line.partition(":")[0] for line in said] == ["new 2026-03-17", "feed 2026-03-17"]


def test_a_given_day_is_fetched_though_it_was_read_before(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys)
    server.answer("/2026-03-16", papers("Owls", "Mice"))
    for _ in range(2):
        said = run(capsys, "daily", "--date", "2026-03-16")
    assert said == "daily 2026-03-16: 2 papers, 1 new, 1 known\n"


def test_since_a_day_means_every_weekday_from_then_on_and_one_look_at_a_feed(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    make.source(slug="feed", url=f"{server.url}/feed")
    run(capsys, "daily", "feed", "--since", "2026-03-13")
    asked = [request.target for request in server.requests]
    assert asked == [*(f"/{day}" for day in DAYS), "/feed"]


# What is printed


def test_a_list_is_printed_as_one_object_with_these_members(
    daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ("daily", "--date", "2026-03-16", "--json")
    usual = {"source": "daily", "date": "2026-03-16", "papers": 1, "new": 1, "known": 0}
    assert json.loads(run(capsys, *args)) == {**usual, "unchanged": False, "error": ""}


def test_an_unchanged_list_and_an_empty_one_are_called_so(
    server: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    make.source(slug="empty", url=f"{server.url}/empty")
    make.source(slug="same", url=f"{server.url}/same")
    server.answer("/empty", Answer(body=b"[]"))
    server.answer("/same", papers("Owls"), Answer(304))
    run(capsys, "same")
    assert run(capsys, "same", "empty").splitlines() == [
        "same 2026-03-17: unchanged",
        "empty 2026-03-17: empty",
    ]


class Screen(StringIO):
    """A terminal, as far as a program asks."""

    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """Return what stands on it: each line without what was erased, and without colours."""
        lines = (line.rpartition("\x1b[2K")[2] for line in self.getvalue().splitlines())
        return [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line).strip() for line in lines]


@pytest.mark.parametrize(("wanted", "bar"), [(5, []), (6, ["Fetching"])])
def test_a_bar_on_the_screen_shows_only_for_many_lists_and_tears_none_of_their_lines(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch, wanted: int, bar: list[str]
) -> None:
    screen, slugs = Screen(), [f"feed-{number}" for number in range(wanted)]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    for slug in slugs[:-1]:
        make.source(slug=slug, url=f"{server.url}/feed")
    make.source(slug=slugs[-1], url=f"{server.url}/broken")
    with pytest.raises(CommandError), time_machine.travel(TUESDAY, tick=False):
        call_command("fetch", *slugs, stdout=screen)
    told = [line for line in screen.lines() if line.startswith("feed-")]
    assert [line.partition(" ")[0] for line in told] == slugs
    assert re.findall("Fetching", screen.getvalue())[:1] == bar


def test_what_is_redirected_holds_no_bar(
    server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, file, slugs = Screen(), StringIO(), [f"feed-{number}" for number in range(6)]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    for slug in slugs:
        make.source(slug=slug, url=f"{server.url}/feed")
    call_command("fetch", *slugs, "--json", stdout=file)
    assert [json.loads(line)["source"] for line in file.getvalue().splitlines()] == slugs
    assert "Fetching" in screen.getvalue()


# What fails


def test_what_fails_is_told_and_the_others_go_on(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    make.source(**DAILY | {"slug": "broken", "url": f"{server.url}/broken"})
    out, err, last = fail(capsys)
    assert len(out.splitlines()) == 2
    assert err.startswith("broken 2026-03-17: not fetched: 127.0.0.1 answers with HTTP 404")
    assert last == "1 of 3 lists could not be fetched."


def test_with_json_a_failure_is_an_object_too(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, _ = fail(capsys, "daily", "--date", "2026-03-10", "--json")
    printed: dict[str, Any] = json.loads(out)
    assert printed["date"] == "2026-03-10"
    assert printed["error"] in err


def test_days_left_out_because_the_source_is_down_are_failures(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answer("/2026-03-12", Answer(429, (("Retry-After", "3600"),)))
    _, err, last = fail(capsys, "daily", "--since", "2026-03-12")
    assert err.count("not asked for, since the source fails") == len(DAYS)
    assert last == "4 of 4 lists could not be fetched."


@pytest.mark.django_db(transaction=True)
def test_a_source_that_a_worker_is_fetching_is_left_to_it(
    server: HTTPServer, daily: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    said = list[str]()
    with alone("fetch daily"):
        as_another_worker(lambda: said.extend(fail(capsys)))
    assert "daily 2026-03-16: another worker is fetching it" in said[1]
    assert not server.requests


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["nightly"], "No source with an address is called 'nightly'; known: .*daily"),
        (["pages"], "No source with an address is called 'pages'"),
        (["--date", "2026-03-18"], "2026-03-18 has not come yet"),
        (["--since", "2026-03-18"], "2026-03-18 has not come yet"),
        (["--date", "16.3.2026"], "'16.3.2026' is no date; write YYYY-MM-DD"),
        (["--date", "2026-03-16", "--since", "2026-03-16"], "not allowed with"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_fetched(
    server: HTTPServer,
    daily: Source,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    reason: str,
) -> None:
    make.source(slug="pages")
    with pytest.raises(CommandError, match=reason), time_machine.travel(TUESDAY, tick=False):
        call_command("fetch", *args)
    assert not server.requests


# As a program


def start(*args: str) -> subprocess.Popen[str]:
    loopback = {"FETCH_PLAIN_HTTP": "true", "FETCH_NETWORKS": "127.0.0.0/8"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "fetch", *args],
        cwd=ROOT,
        env={**os.environ, **loopback, "DATABASE_URL": database_url()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
def test_the_program_prints_lists_and_its_status_tells_of_failures(server: HTTPServer) -> None:
    make.source(slug="feed", url=f"{server.url}/feed")
    make.source(slug="broken", url=f"{server.url}/broken")
    program = start("feed", "broken", "--json")
    out, err = program.communicate(timeout=60)
    assert program.returncode == 1
    assert [json.loads(line)["papers"] for line in out.splitlines()] == [1, 0]
    assert "1 of 2 lists could not be fetched." in err
    assert server.requests[0].headers["user-agent"].startswith("Paperboy/")


@pytest.mark.django_db(transaction=True)
def test_a_program_killed_while_it_stores_has_stored_nothing_and_may_run_again(
    server: HTTPServer,
) -> None:
    make.source(slug="feed", url=f"{server.url}/feed")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PAPERS])
        program = start("feed")
        while not is_waited_for(PAPERS):
            assert program.poll() is None
        program.send_signal(signal.SIGKILL)
        program.communicate(timeout=60)
    assert not any(model.objects.exists() for model in (Paper, Digest, Poll))
    out, err = start("feed").communicate(timeout=60)
    assert (out.endswith("1 paper, 1 new, 0 known\n"), err) == (True, "")
    assert "if-none-match" not in server.requests[1].headers


def is_waited_for(key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND objid = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database())",
            [key],
        )
        (waiting,) = cursor.fetchone()
    return bool(waiting)
