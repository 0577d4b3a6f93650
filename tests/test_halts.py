"""The switch, a morning's pause, and what an operator says to have mail leave again."""

import datetime as dt
import uuid
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import factories as make
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings
from recorder import Recorder

from newsletter.deliver import prepare
from newsletter.models import Breaker, Bundle, Delivery, Halt, Morning
from newsletter.sending import breaker, halts, marker, marker_in_redis
from newsletter.sending.send import send_ready
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
NOW, DATE = make.NOW, make.DATE
State = Delivery.State


@pytest.fixture(autouse=True)
def _markers_of_its_own(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAR_DIR = tmp_path
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(marker_in_redis, "_next_note_at", 0.0)


def restore() -> None:
    """Have the database look like a backup: more was sent than it knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('newsletter_fence')")
        (number,) = cursor.fetchone()
    marker.note(number + 5)


def sent() -> dict[str, int]:
    return send_ready(Recorder(), lambda: NOW)


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


# The switch


def test_nothing_leaves_until_it_may_again() -> None:
    make.delivery()
    halts.halt("a wrong link", NOW)
    assert sent() == {}
    assert halts.resume()
    assert sent() == {State.SENT: 1}
    assert not halts.resume()


def test_halting_twice_keeps_the_time_and_takes_the_newer_reason() -> None:
    halts.halt("a wrong link", NOW)
    halts.halt("two wrong links", NOW + make.ONE_DAY)
    halt = Halt.objects.get()
    assert (halt.since, halt.reason) == (NOW, "two wrong links")


def test_a_paused_morning_waits_while_another_leaves() -> None:
    make.delivery()
    make.delivery(date=DATE + make.ONE_DAY)
    halts.pause(DATE)
    assert sent() == {State.SENT: 1}
    assert halts.end_pause(DATE)
    assert sent() == {State.SENT: 1}
    assert not halts.end_pause(DATE)


def test_a_morning_may_be_paused_before_it_is_composed(morning: Callable[..., None]) -> None:
    halts.pause(DATE)
    morning(readers=1, now=NOW)
    call_command("deliver", "--at", NOW.isoformat(), stdout=StringIO())
    assert Delivery.objects.get().state == State.PLANNED
    assert Morning.objects.get().is_paused


# A restored backup


def test_a_restored_database_halts_before_anything_is_swept_or_sent() -> None:
    delivery = make.delivery(bundle=make.bundle(closes_at=NOW))
    restore()
    prepare(NOW)
    delivery.refresh_from_db()
    assert Halt.objects.get().cause == Halt.Cause.RESTORED
    assert (delivery.state, sent()) == (State.PLANNED, {})


def test_a_database_that_was_not_restored_is_not_halted() -> None:
    assert not halts.halt_if_restored(NOW)
    assert not Halt.objects.exists()


def test_what_may_have_left_before_is_given_up_and_never_sent() -> None:
    waiting = make.delivery()
    held = make.delivery(bundle=make.bundle(held=True))
    leaving = make.delivery(bundle=make.bundle(held=True))
    Bundle.objects.filter(pk=leaving.bundle_id).update(leaving=[leaving.pk])
    later = NOW + dt.timedelta(hours=1)
    put_off = make.delivery(next_attempt_at=later, bundle=make.bundle(is_settled=True))
    restore()
    halts.halt_if_restored(NOW)
    assert halts.resume_after_restore(NOW) == 4
    for delivery in (waiting, held, leaving, put_off):
        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason) == (State.UNCERTAIN, halts.RESTORED)
        assert delivery.next_attempt_at is None
    assert not Bundle.objects.exclude(is_settled=True, claim=None, leaving=[]).exists()
    assert not Halt.objects.exists()


def test_what_the_backup_knows_to_be_over_stays_as_it_is() -> None:
    states = [State.SENT, State.SKIPPED, State.FAILED, State.CANCELLED, State.EXPIRED]
    deliveries = [make.delivery(state) for state in states]
    restore()
    halts.halt_if_restored(NOW)
    assert halts.resume_after_restore(NOW) == 0
    for delivery, state in zip(deliveries, states, strict=True):
        delivery.refresh_from_db()
        assert delivery.state == state


def test_readers_whose_mail_the_backup_does_not_know_of_get_none_either(
    morning: Callable[..., None],
) -> None:
    morning(readers=3, now=NOW)
    restore()
    halts.halt_if_restored(NOW)
    assert halts.resume_after_restore(NOW) == 3
    assert not Subscriber.objects.due(NOW).exists()
    assert sent() == {}


def test_what_is_composed_afterwards_is_sent() -> None:
    restore()
    halts.halt_if_restored(NOW)
    halts.resume_after_restore(NOW)
    assert not halts.halt_if_restored(NOW)
    make.delivery()
    assert sent() == {State.SENT: 1}


# What an operator says


def test_pause_stops_all_and_resume_lets_them_go() -> None:
    assert "resume" in said("pause", "--reason", "a wrong link")
    assert Halt.objects.get().reason == "a wrong link"
    assert "leave again" in said("resume")
    assert not Halt.objects.exists()


def test_pause_with_a_date_stops_one_morning() -> None:
    assert "resume 2026-03-16" in said("pause", "2026-03-16")
    assert Morning.objects.get().is_paused
    said("resume", "2026-03-16")
    assert not Morning.objects.get().is_paused


def test_resume_has_closed_transports_tried_at_once() -> None:
    breaker.trip("smtp", "login refused", NOW)
    said("resume")
    retry_at = Breaker.objects.get().retry_at
    assert retry_at
    assert retry_at != NOW + dt.timedelta(minutes=1)


def test_resume_names_what_still_stands_in_the_way() -> None:
    halts.pause(dt.datetime.now(dt.UTC).date())
    assert "paused" in said("resume")


def test_a_restored_database_is_not_resumed_by_mistake() -> None:
    restore()
    with pytest.raises(CommandError, match="--after-restore"):
        said("resume")
    assert Halt.objects.exists()


def test_a_restored_database_is_resumed_by_saying_so() -> None:
    make.delivery()
    restore()
    assert "1 deliveries are uncertain" in said("resume", "--after-restore")
    assert not Halt.objects.exists()


def test_a_database_that_was_not_restored_loses_nothing_by_mistake() -> None:
    make.delivery()
    with pytest.raises(CommandError, match="Nothing tells"):
        said("resume", "--after-restore")
    assert sent() == {State.SENT: 1}


def test_an_operator_who_knows_better_halts_first() -> None:
    make.delivery()
    said("pause")
    said("resume", "--after-restore")
    assert (sent(), Halt.objects.exists()) == ({}, False)


@pytest.mark.parametrize(
    "words",
    [
        ("pause", "2026-03-16", "--reason", "x"),
        ("pause", "someday"),
        ("resume", "2026-03-16"),
        ("resume", "2026-03-16", "--after-restore"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        said(*words)
