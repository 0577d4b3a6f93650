"""Somebody at the terminal: sees how far a round is, and can end it."""

import signal
from collections import Counter
from io import StringIO
from typing import Any

import factories as make
import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries
from rich.console import Console

from newsletter.compose import Composed
from newsletter.management import attendant
from newsletter.management.attendant import Attendant

pytestmark = pytest.mark.django_db
SENT = Counter({"sent": 7, "uncertain": 2})


@pytest.fixture(autouse=True)
def _no_blink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show each step, however fast one follows the other."""
    monkeypatch.setattr(attendant, "BLINK_SECONDS", 0)


def terminal() -> Console:
    return Console(file=StringIO(), force_terminal=True, width=100)


def seen(console: Console) -> str:
    file: Any = console.file
    return str(file.getvalue())


def test_a_bar_shows_how_far_composing_is() -> None:
    make.subscriber(next_due_at=make.NOW)
    console = terminal()
    with Attendant(console, shows=True) as watching:
        watching.composing(make.NOW)
        watching.composed(Composed(due=1, skipped=1))
    assert "Composing, readers" in seen(console)
    assert "1/1" in seen(console)
    assert "1 with nothing new" in seen(console)


def test_a_bar_shows_how_far_sending_is_and_what_is_uncertain() -> None:
    for _ in range(9):
        make.delivery()
    console = terminal()
    with Attendant(console, shows=True) as watching:
        watching.sending(make.NOW)
        assert watching.sent(SENT)
    assert "9/9" in seen(console)
    assert "a second, 2 uncertain" in seen(console)


def test_where_nobody_looks_nothing_is_counted_and_nothing_shown(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    console = terminal()
    with Attendant(console, shows=False) as watching, django_assert_num_queries(0):
        watching.composing(make.NOW)
        watching.composed(Composed(due=1))
        watching.sending(make.NOW)
        assert watching.sent(SENT)
    assert seen(console) == ""


def test_a_pipe_is_shown_no_bar(
    capsys: pytest.CaptureFixture[str], morning: Any, mailbox: Any
) -> None:
    morning(readers=2, now=make.NOW)
    call_command("deliver", at=make.NOW.isoformat())
    assert capsys.readouterr().err == ""


def test_the_first_interruption_lets_those_on_their_way_arrive() -> None:
    with Attendant(terminal(), shows=False) as watching:
        watching.sending(make.NOW)
        assert watching.sent(SENT)
        signal.raise_signal(signal.SIGINT)
        assert not watching.sent(SENT)
        assert watching.is_stopped


def test_the_second_one_interrupts() -> None:
    with Attendant(terminal(), shows=False) as watching:
        watching.sending(make.NOW)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_while_nothing_leaves_the_first_one_interrupts() -> None:
    with Attendant(terminal(), shows=False) as watching:
        watching.composing(make.NOW)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_whoever_listened_before_listens_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Attendant(terminal(), shows=False):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before
