import datetime as dt
import json
import os
import re
import subprocess
import sys
from io import StringIO
from typing import Any

import factories as make
import pytest
import time_machine
from beside import database_url
from django.conf import settings
from django.core.management import CommandError, call_command

from digests.models import Source
from digests.polling.switching import USUAL

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 17, 12, tzinfo=dt.UTC)  # a Tuesday


class Terminal(StringIO):
    """A stream that says that somebody looks."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _noon() -> Any:
    """Let it be Tuesday noon, and no source there but those of the test."""
    Source.objects.all().delete()
    with time_machine.travel(NOW, tick=False):
        yield


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sources", *arguments, stdout=out)
    return out.getvalue()


def objects(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", *arguments).splitlines()]


def usual() -> None:
    for slug in USUAL:
        make.source(slug=slug, url="https://example.org")


def active(slug: str, **fields: Any) -> Source:
    values = {"is_active": True, "active_since": make.DATE, "url": "https://example.org"}
    return make.source(
        slug=slug, **values | {"last_success_at": NOW - dt.timedelta(hours=3)} | fields
    )


def failing(slug: str = "ill") -> Source:
    return active(slug, failures=4, last_error="it answered [bold]HTTP 503[/bold]")


# Showing


def test_each_source_has_a_line_that_says_how_it_is() -> None:
    make.digest_paper(digest=make.digest(source=active("trending")))
    make.source(slug="by-hand")
    heading, by_hand, trending = run().splitlines()
    assert heading.split()[0] == "Source"
    assert " ".join(by_hand.split()) == "by-hand off never never off"
    assert " ".join(trending.split()) == "trending on 3 h ago 28 h ago 1 well"


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (dt.timedelta(hours=-1), "0 min ago"),
        (dt.timedelta(minutes=119), "119 min ago"),
        (dt.timedelta(hours=2), "2 h ago"),
        (dt.timedelta(hours=47, minutes=59), "47 h ago"),
        (dt.timedelta(days=2), "2 days ago"),
    ],
)
def test_an_age_is_told_in_the_unit_that_suits_it(age: dt.timedelta, said: str) -> None:
    active("trending", last_success_at=NOW - age)
    assert said in run()


def test_what_is_wrong_is_told_below_in_whole_words_that_are_no_markup() -> None:
    failing()
    active("fine")
    lines = run().splitlines()
    assert lines[2].split()[-2:] == ["4", "failing"]
    assert lines[-1] == "ill - failing: 4 times in a row, last: it answered [bold]HTTP 503[/bold]"


def test_a_pipe_gets_lines_without_colours_and_rules() -> None:
    failing("an-ill-source-with-a-name-as-long-as-a-slug-may-be")
    shown = run()
    assert shown.isascii()
    assert "\x1b" not in shown
    assert len(shown.splitlines()) == 3


def test_a_terminal_gets_colours_within_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    failing("arxiv-stat-ml")
    terminal = Terminal()
    call_command("sources", stdout=terminal)
    shown = terminal.getvalue()
    assert "\x1b[1;31mfailing" in shown
    table = re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()[:3]
    assert "arxiv-stat-ml" in table[-1]
    assert max(map(len, table)) <= 80


def test_json_gives_an_object_for_each_source() -> None:
    source = failing()
    make.digest_paper(digest=make.digest(source=source))
    (one,) = objects()
    assert one | {"name": ""} == {
        "slug": "ill",
        "name": "",
        "active": True,
        "active_since": "2026-03-16",
        "state": "failing",
        "last_success_at": "2026-03-17T09:00:00+00:00",
        "last_paper_at": "2026-03-16T07:30:00+00:00",
        "failures": 4,
        "day": "2026-03-16",
        "papers": 1,
        "usual": None,
        "warnings": ["failing: 4 times in a row, last: it answered [bold]HTTP 503[/bold]"],
    }


def test_a_check_fails_where_there_is_something_to_look_at() -> None:
    failing()
    active("fine")
    assert run()
    for arguments in (["--check"], ["--check", "--json"]):
        with pytest.raises(CommandError, match="1 of 2 sources need to be looked at"):
            run(*arguments)


def test_a_check_passes_where_all_is_well() -> None:
    active("fine")
    assert "fine" in run("--check")


# Switching


def test_the_usual_set_is_activated_where_none_is_named() -> None:
    usual()
    make.source(slug="ours", url="https://example.org")
    shown = run("activate")
    assert shown.startswith("Switched on: arxiv-cs-ai, arxiv-cs-cl,")
    assert set(Source.objects.polled().values_list("slug", flat=True)) == set(USUAL)
    assert {source.active_since for source in Source.objects.polled()} == {NOW.date()}


def test_a_source_is_activated_by_its_slug_and_once() -> None:
    usual()
    assert run("activate", "huggingface").startswith("Switched on: huggingface.")
    assert run("activate", "huggingface").startswith("Switched on: none.")
    assert [source.slug for source in Source.objects.polled()] == ["huggingface"]


def test_the_first_day_is_that_of_utc() -> None:
    usual()
    with time_machine.travel("2026-03-18T01:00+14:00", tick=False):
        run("activate", "huggingface")
    assert Source.objects.get(slug="huggingface").active_since == dt.date(2026, 3, 17)


def test_a_source_is_deactivated_by_its_slug() -> None:
    active("one")
    active("other")
    assert run("deactivate", "one").startswith("Switched off: one.")
    assert [source.slug for source in Source.objects.polled()] == ["other"]


def test_json_stays_json_when_something_is_switched() -> None:
    usual()
    assert all(one["active"] for one in objects("activate"))


def test_nothing_is_deactivated_unless_it_is_named() -> None:
    active("one")
    with pytest.raises(CommandError, match="Say which"):
        run("deactivate")
    assert Source.objects.polled().exists()


@pytest.mark.parametrize("verb", ["activate", "deactivate"])
def test_an_unknown_slug_is_refused_with_those_that_are_known(verb: str) -> None:
    active("one")
    make.source(slug="other", url="https://example.org")
    with pytest.raises(CommandError, match="called 'oen' or 'two'; there are one, other"):
        run(verb, "oen", "other", "two")
    assert [source.slug for source in Source.objects.polled()] == ["one"]


def test_a_source_without_address_is_not_activated() -> None:
    make.source(slug="by-hand")
    with pytest.raises(CommandError, match=r"by-hand has no address.* nothing was switched on"):
        run("activate", "by-hand")


def test_before_the_first_migrate_it_says_what_to_do() -> None:
    """Ask a database of PostgreSQL's own, in which Paperboy has no tables."""
    url = f"{database_url().rpartition('/')[0]}/postgres"
    done = subprocess.run(
        [sys.executable, "manage.py", "sources"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].endswith("Run first: manage.py migrate")
