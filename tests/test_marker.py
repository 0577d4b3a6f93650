"""What is kept outside the database of how far the ledger had come."""

import uuid
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from config.redis import hasty_client
from newsletter.sending import marker, marker_in_redis
from newsletter.sending.marker import COUNT_BITS, PLACES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places_of_its_own(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAR_DIR = tmp_path
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(marker_in_redis, "_next_note_at", 0.0)


def entry() -> int:
    """Return the number of a new entry."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('newsletter_fence')")
        (number,) = cursor.fetchone()
    return int(number)


def without_redis(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"


def without_file(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "another host"


def test_a_database_that_nothing_was_sent_from_is_what_it_was() -> None:
    assert not marker.is_restored()


def test_a_database_that_all_entries_are_in_is_what_it_was() -> None:
    for _ in range(3):
        marker.note(entry())
    assert not marker.is_restored()
    entry()
    assert not marker.is_restored()


def test_a_database_that_lacks_an_entry_was_restored(settings: Settings) -> None:
    without_redis(settings)
    marker.note(entry() + 1)
    assert marker.is_restored()


def test_another_host_learns_it_from_redis(settings: Settings, tmp_path: Path) -> None:
    marker.note(entry() + 1)
    without_file(settings, tmp_path)
    assert marker.is_restored()
    without_redis(settings)
    assert not marker.is_restored()


def test_a_lower_number_does_not_take_the_place_of_a_higher(settings: Settings) -> None:
    number = entry()
    marker.note(number + 5)
    marker.note(number)
    assert marker.is_restored()
    without_redis(settings)
    assert marker.is_restored()


def test_redis_keeps_the_highest_of_all_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    for count in (3, 9, 6):
        marker_in_redis.note(7, count)
        monkeypatch.setattr(marker_in_redis, "_next_note_at", 0.0)
    assert marker_in_redis.count(7) == 9


def test_redis_is_told_once_a_second(settings: Settings, tmp_path: Path) -> None:
    number = entry()
    marker.note(number)
    marker.note(number + 1)
    assert marker.is_restored()
    without_file(settings, tmp_path)
    assert not marker.is_restored()


def test_redis_forgets_a_database_that_sends_no_more(settings: Settings) -> None:
    marker.note(entry())
    key = f"{settings.CELERY_TASK_DEFAULT_QUEUE}:fence"
    assert 0 < hasty_client().ttl(key) <= marker_in_redis.KEPT_FOR


def test_databases_that_share_a_host_and_a_redis_keep_apart() -> None:
    other = (entry() >> COUNT_BITS) + 1
    marker.note(other + 999 << COUNT_BITS | 10**9)
    marker.note(other << COUNT_BITS | 10**9)
    assert not marker.is_restored()


def test_a_database_that_drew_the_same_place_is_not_mistaken_for_this_one(
    settings: Settings,
) -> None:
    without_redis(settings)
    number = entry()
    marker.note(number + (PLACES << COUNT_BITS) + 10**9)
    assert not marker.is_restored()
    marker.note(number + 1)
    assert marker.is_restored()


def test_the_ledger_goes_on_behind_what_was_sent() -> None:
    number = entry()
    marker.note(number + 1000)
    marker.catch_up()
    assert not marker.is_restored()
    assert entry() == number + 1001


def test_the_file_does_not_grow(settings: Settings) -> None:
    for _ in range(100):
        marker.note(entry())
    assert (settings.VAR_DIR / "fence").stat().st_size <= PLACES * 8


def test_every_database_draws_a_number_of_its_own() -> None:
    assert 0 < entry() >> COUNT_BITS < 2**27
