"""The tasks: what a tick rings for, and how long a sender is away."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import factories as make
import pytest
from beside import as_another_worker, database_url
from celery import Task
from django.db import connection
from pytest_django import Settings

from newsletter import demo, tasks
from newsletter.accounts import accounts
from newsletter.models import Delivery, Halt, Heartbeat

pytestmark = pytest.mark.django_db
AT = make.NOW.isoformat()


@pytest.fixture
def queue(mailbox: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a queue of this test's own; processes started here work on it, and on its rows."""
    name = connection.settings_dict["NAME"]
    monkeypatch.setenv("QUEUE", f"queue-of-{name}")
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("MAILBOX_DIR", str(mailbox))
    monkeypatch.setenv("EMAIL_URL", "")
    return f"queue-of-{name}"


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the messages to each task, none of which is delivered."""
    counts = Counter[str]()

    def ring(task: "Task[..., object]", *_: object, **__: object) -> None:
        counts[task.name] += 1

    monkeypatch.setattr(Task, "apply_async", ring)
    return counts


def test_a_tick_has_letters_posted_and_is_remembered(rung: Counter[str]) -> None:
    tasks.tick(AT)
    assert rung == {"subscribers.post_letters": 1}
    assert Heartbeat.objects.get().beaten_at == make.NOW


@pytest.mark.parametrize(("ready", "senders"), [(0, 0), (1, 1), (2, 2), (9, 2)])
def test_a_tick_rings_for_a_sender_a_bundle_up_to_a_limit(
    ready: int, senders: int, rung: Counter[str], settings: Settings
) -> None:
    settings.SENDERS = 2
    for _ in range(ready):
        make.delivery()
    tasks.tick(AT)
    assert rung["newsletter.send_editions"] == senders


def test_a_message_carries_nothing_but_the_time_and_goes_stale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    messages = list[tuple[object, object]]()

    def ring(_: "Task[..., object]", args: object, **options: object) -> None:
        messages.append((args, options))

    monkeypatch.setattr(Task, "apply_async", ring)
    make.delivery()
    tasks.tick(AT)
    assert messages == [((AT,), {"expires": tasks.STALE_SECONDS})] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_ticks_at_once_one_does_the_work(
    rung: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = list[dt.datetime]()

    def prepare(now: dt.datetime) -> None:
        begun.append(now)
        if len(begun) == 1:
            as_another_worker(partial(tasks.tick, AT))

    monkeypatch.setattr(tasks, "prepare", prepare)
    tasks.tick(AT)
    assert begun == [make.NOW]
    assert rung["subscribers.post_letters"] == 2


def test_a_tick_rings_for_composing_while_somebody_is_due(
    rung: Counter[str], morning: Callable[..., None]
) -> None:
    tasks.tick(AT)
    assert rung["newsletter.compose_editions"] == 0
    morning(readers=1, now=make.NOW)
    tasks.tick(AT)
    assert rung["newsletter.compose_editions"] == 1


def test_nothing_is_composed_from_a_restored_backup_before_somebody_says_so(
    rung: Counter[str], morning: Callable[..., None]
) -> None:
    morning(readers=1, now=make.NOW)
    make.halt(cause=Halt.Cause.RESTORED)
    tasks.compose_editions(AT)
    assert not Delivery.objects.exists()


def test_composing_rings_for_who_sends_it(rung: Counter[str], morning: Callable[..., None]) -> None:
    morning(readers=3, now=make.NOW)
    tasks.compose_editions(AT)
    assert rung == {"newsletter.send_editions": 1}
    assert Delivery.objects.count() == 3


def test_a_sender_sends_what_is_ready(rung: Counter[str], mailbox: Path) -> None:
    make.delivery()
    tasks.send_editions(AT)
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert len([*mailbox.iterdir()]) == 1


def test_a_sender_whose_time_is_up_rings_for_nobody(
    rung: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make.delivery()
    monkeypatch.setattr(tasks, "DRAIN", dt.timedelta())
    tasks.send_editions(AT)
    assert Delivery.objects.get().state == Delivery.State.PLANNED
    assert not rung


def test_a_sender_for_whom_the_transport_is_closed_says_so_and_burns_nothing(
    settings: Settings, mailbox: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.touch()  # a file, where a folder should be
    make.delivery()
    tasks.send_editions(AT)
    assert "No mail can leave: the mailbox cannot be written" in caplog.text
    assert Delivery.objects.get().state == Delivery.State.PLANNED


def test_messages_that_come_three_times_double_nothing(
    rung: Counter[str], morning: Callable[..., None], mailbox: Path
) -> None:
    morning(readers=3, now=make.NOW)
    everything = [tasks.tick, tasks.compose_editions, tasks.send_editions]
    for task in [task for task in everything for _ in range(3)]:
        task(AT)
    assert len([*mailbox.iterdir()]) == 3
    assert [str(account)[:14] for account in accounts()] == ["3 due = 3 sent"]


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_rung_three_times_delivers_a_morning_once(
    queue: str, morning: Callable[..., None], mailbox: Path, tmp_path: Path
) -> None:
    morning(readers=3, now=make.NOW)
    sent = Delivery.objects.filter(state=Delivery.State.SENT)
    with demo.worker(tmp_path / "worker.log") as is_alive:
        for _ in range(3):
            tasks.tick.apply_async((AT,), queue=queue)
        demo.wait_for("three mails had left", lambda: sent.count() == 3, is_alive)
    assert len([*mailbox.iterdir()]) == 3
    assert Heartbeat.objects.get().beaten_at == make.NOW
