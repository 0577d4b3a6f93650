"""The latest mornings at a glance: do they add up, and how did they go."""

import datetime as dt
import json
import re
from io import StringIO
from typing import Any

import factories as make
import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from newsletter.models import Breaker, Delivery, Halt
from newsletter.mornings import USUAL, Span, mornings
from newsletter.obstacles import obstacles

pytestmark = pytest.mark.django_db
State = Delivery.State
NOW, SECOND = make.NOW, dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


class Terminal(StringIO):
    """A stream that says that somebody looks."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("mornings", *arguments, stdout=out)
    return out.getvalue()


def sent_at(*seconds: float, **fields: Any) -> None:
    """Make a morning whose mails left so many seconds after it began."""
    make.morning(due=len(seconds), **fields)
    for second in seconds:
        make.delivery(State.SENT, sent_at=NOW + second * SECOND, **fields)


# What is found out


def test_a_run_knows_when_it_was_composed_and_when_its_mails_left() -> None:
    sent_at(0, 10)
    for minute in (1, 2):
        make.bundle(composed_at=NOW + minute * 60 * SECOND)
    (found,) = mornings()
    assert found.composing
    assert found.sending
    assert (found.composing.began, found.composing.ended) == (NOW, NOW + 120 * SECOND)
    assert (found.sending.began, found.sending.ended) == (NOW, NOW + 10 * SECOND)


def test_the_rate_is_that_of_the_time_in_which_there_was_work() -> None:
    hour = 3600
    sent_at(0, 59, 70, hour, hour + 10)
    (found,) = mornings()
    assert found.sending
    assert found.sending.worked == 80 * SECOND
    assert found.sending.rate == 5 / 80


def test_mails_of_one_instant_have_no_rate() -> None:
    sent_at(0, 0)
    (found,) = mornings()
    assert found.sending
    assert found.sending.rate is None


@pytest.mark.parametrize(("gap", "worked"), [(59, 59), (60, 0)])
def test_a_minute_without_a_mail_is_rest(gap: int, worked: int) -> None:
    parts = [Span(at, at, dt.timedelta(), 1) for at in (NOW, NOW + gap * SECOND)]
    assert Span.over(parts).worked == worked * SECOND


def test_workers_at_once_work_no_longer_than_one() -> None:
    whole, within, after = ((0, 30), (10, 20), (25, 40))
    parts = [
        Span(NOW + begin * SECOND, NOW + end * SECOND, (end - begin) * SECOND, 10)
        for begin, end in (whole, within, after)
    ]
    assert Span.over(parts) == Span(NOW, NOW + 40 * SECOND, 40 * SECOND, 30)


def test_a_morning_on_which_nothing_left_says_so() -> None:
    make.morning(due=1)
    make.delivery(State.SKIPPED)
    (found,) = mornings()
    assert found.sending is None
    assert found.word == "balances"


@pytest.mark.parametrize(
    ("due", "state", "is_paused", "word"),
    [
        (1, State.SENT, False, "balances"),
        (1, State.SENT, True, "balances"),
        (1, State.PLANNED, False, "open"),
        (1, State.PLANNED, True, "paused"),
        (2, State.PLANNED, True, "does not balance"),
    ],
)
def test_a_run_is_told_in_a_word(due: int, state: str, *, is_paused: bool, word: str) -> None:
    make.delivery(state)
    make.morning(due=due, is_paused=is_paused)
    assert [found.word for found in mornings()] == [word]


def test_the_latest_come_first_and_no_more_than_a_week() -> None:
    dates = [make.DATE + day * make.ONE_DAY for day in range(USUAL + 1)]
    for date in dates:
        make.morning(date=date)
    assert [found.account.date for found in mornings()] == dates[:0:-1]


def test_many_mornings_cost_as_many_queries_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for day in range(USUAL):
        sent_at(0, 1, 70, date=make.DATE - day * make.ONE_DAY)
    with django_assert_num_queries(4):
        assert len(mornings()) == USUAL
    with django_assert_num_queries(4):
        assert len(mornings([make.DATE])) == 1


# What stands in the way


def test_whatever_keeps_mail_from_leaving_is_named(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Halt.objects.create(cause=Halt.Cause.OPERATOR, reason="a wrong link", since=NOW)
    times = {"opened_at": NOW, "retry_at": NOW + 60 * SECOND}
    Breaker.objects.create(transport="smtp", reason="login refused", **times)
    Breaker.objects.create(transport="provider")
    make.morning(is_paused=True)
    make.morning(is_paused=True, date=make.DATE - 30 * make.ONE_DAY)
    with django_assert_num_queries(3):
        found = obstacles(NOW)
    assert [str(one) for one in found] == [
        "halted: no edition leaves since 2026-03-16 07:30 UTC. An operator (a wrong link).",
        "smtp is closed: login refused (since 2026-03-16 07:30 UTC, tried again at 07:31).",
        "paused: the mails of 2026-03-16 wait.",
    ]


# What is shown


def test_a_morning_is_a_line_that_adds_up() -> None:
    for state in State.values:
        make.delivery(state)
    make.morning(due=7)
    heading, line, *_ = run().splitlines()
    assert heading.split() == [
        *("Morning", "Due", "Sent", "Skipped", "Uncertain", "Failed", "Cancelled", "Expired"),
        *("Open", "It", "is"),
    ]
    assert line.split() == ["2026-03-16", "7", *["1"] * 7, "open"]


def test_a_column_of_what_should_not_happen_stands_only_where_it_did() -> None:
    sent_at(0)
    assert "Failed" not in run()
    make.delivery(State.FAILED, date=make.DATE - make.ONE_DAY)
    make.morning(date=make.DATE - make.ONE_DAY, due=1)
    assert "Failed" in run()


def test_a_pipe_gets_lines_without_colours_and_rules() -> None:
    sent_at(0, 4)
    shown = run()
    assert "\x1b" not in shown
    _, account, _, _, pace = map(str.split, shown.splitlines())
    assert account == ["2026-03-16", "2", "2", "0", "0", "0", "balances"]
    assert pace == ["2026-03-16", *("07:30:00", "07:30:00", "07:30:04", "0:00:04", "0.5")]


def test_times_of_another_day_are_told_with_it() -> None:
    sent_at(0, date=make.DATE + make.ONE_DAY)
    assert "Mar 16 07:30" in run()


def test_a_terminal_of_80_columns_holds_a_million(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    sent_at(0, 3600)
    make.morning(due=1_000_000, date=make.DATE - make.ONE_DAY)
    make.delivery(State.FAILED, date=make.DATE - make.ONE_DAY)
    terminal = Terminal()
    with pytest.raises(CommandError):
        call_command("mornings", stdout=terminal)
    shown = re.sub(r"\x1b\[[\d;]*m", "", terminal.getvalue()).splitlines()
    assert max(map(len, shown)) <= 80
    assert any(line.split()[:2] == ["2026-03-15", "1,000,000"] for line in shown if line.strip())


def test_what_stands_in_the_way_comes_first() -> None:
    Halt.objects.create(cause=Halt.Cause.RESTORED, since=NOW)
    sent_at(0)
    assert run().startswith("halted: no edition leaves")


def test_a_morning_that_does_not_add_up_fails() -> None:
    make.morning(due=1)
    for arguments in ([], ["--json"]):
        with pytest.raises(CommandError, match=r"accounts of 2026-03-16 do not balance"):
            run(*arguments)


def test_one_morning_can_be_asked_for() -> None:
    sent_at(0)
    sent_at(0, date=make.DATE - make.ONE_DAY)
    assert "2026-03-15" in run("2026-03-15")
    assert "2026-03-16" not in run("2026-03-15")
    with pytest.raises(CommandError, match=r"Nobody was due on 2026-03-14\."):
        run("2026-03-14")


def test_json_gives_one_object() -> None:
    sent_at(0, 4)
    assert json.loads(run("--json")) == {
        "in_the_way": [],
        "mornings": [
            {
                "date": "2026-03-16",
                "due": 2,
                "states": {"sent": 2},
                "balances": True,
                "open": 0,
                "uncertain": 0,
                "paused": False,
                "composing": {
                    "began": "2026-03-16T07:30:00+00:00",
                    "ended": "2026-03-16T07:30:00+00:00",
                    "seconds": 0.0,
                    "a_second": None,
                },
                "sending": {
                    "began": "2026-03-16T07:30:00+00:00",
                    "ended": "2026-03-16T07:30:04+00:00",
                    "seconds": 4.0,
                    "a_second": 0.5,
                },
            }
        ],
    }


def test_no_date_is_refused_with_the_form_of_one() -> None:
    with pytest.raises(CommandError, match=re.escape("'monday' is no date; write YYYY-MM-DD.")):
        run("monday")
