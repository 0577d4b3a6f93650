"""The tasks: what a tick rings for, and how long a sender is away."""

import datetime as dt
from collections import Counter
from pathlib import Path

import factories as make
import pytest
from celery import Task
from pytest_django import Settings

from newsletter import tasks
from newsletter.models import Delivery, Heartbeat

pytestmark = pytest.mark.django_db
AT = make.NOW.isoformat()


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


@pytest.mark.parametrize(("ready", "senders"), [(1, 1), (2, 1), (3, 2), (9, 2)])
def test_a_tick_rings_for_a_sender_a_batch_up_to_a_limit(
    ready: int,
    senders: int,
    rung: Counter[str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SENDERS = 2
    monkeypatch.setattr(tasks, "BATCH", 2)
    for _ in range(ready):
        make.delivery()
    tasks.tick(AT)
    assert rung["newsletter.send_editions"] == senders


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
