"""The rows that come with a migration, and the set that one command activates."""

import datetime as dt
from importlib import import_module
from urllib.parse import urlsplit

import factories as make
import pytest
from django.apps import apps

from digests.models import Source
from digests.models.source import WORKING_DAYS
from digests.polling.switching import USUAL, SwitchError, activate, deactivate
from digests.sources import Kind

pytestmark = pytest.mark.django_db
migration = import_module("digests.migrations.0002_usual_sources")


@pytest.fixture
def rows() -> dict[str, Source]:
    """Begin with the rows alone, whatever other tests left of them."""
    Source.objects.all().delete()
    migration.add(apps, None)
    return {source.slug: source for source in Source.objects.all()}


def test_the_rows_are_the_usual_set_and_switched_off(rows: dict[str, Source]) -> None:
    assert sorted(rows) == sorted(USUAL)
    assert not any(source.is_active or source.active_since for source in rows.values())


def test_every_row_could_be_saved_in_the_admin_as_it_is(rows: dict[str, Source]) -> None:
    for source in rows.values():
        source.is_active, source.active_since = True, make.DATE
        source.full_clean()
        assert Kind(source.kind)
        assert source.weekdays == WORKING_DAYS
        assert urlsplit(source.url).scheme == "https"


def test_hugging_face_is_looked_at_all_day_and_again_for_two_days(rows: dict[str, Source]) -> None:
    source = rows["huggingface"]
    expected = "https://huggingface.co/api/daily_papers?date=2026-03-16"
    assert source.is_dated
    assert source.address(make.DATE) == expected
    assert [time.hour for time in source.poll_times] == [6, 10, 14, 18, 22]
    assert source.repoll_days == 2


def test_arxiv_is_looked_at_after_its_midnight_in_winter_and_summer(
    rows: dict[str, Source],
) -> None:
    source = rows["arxiv-stat-ml"]
    assert source.url == "https://rss.arxiv.org/atom/stat.ML"
    assert min(source.poll_times) > dt.time(5)


def test_adding_them_again_changes_nothing_that_an_operator_set(rows: dict[str, Source]) -> None:
    Source.objects.filter(slug="huggingface").update(name="Ours", repoll_days=5)
    migration.add(apps, None)
    assert Source.objects.count() == len(rows)
    assert Source.objects.get(slug="huggingface").name == "Ours"


def test_going_back_removes_what_was_never_used(rows: dict[str, Source]) -> None:
    activate(Source.objects.filter(slug="arxiv-cs-ai"), make.DATE)
    make.digest(source=rows["huggingface"])
    make.source(slug="ours")
    migration.remove(apps, None)
    left = set(Source.objects.values_list("slug", flat=True))
    assert left == {"arxiv-cs-ai", "huggingface", "ours"}


# Switching


def test_switching_on_begins_today_and_anew(rows: dict[str, Source]) -> None:
    sources = Source.objects.filter(slug="arxiv-cs-ai")
    sources.update(failures=9, last_error="gone", retry_at=make.NOW, active_since="2025-01-01")
    assert activate(sources, make.DATE) == [*sources]
    source = sources.get()
    assert (source.is_active, source.active_since) == (True, make.DATE)
    assert (source.failures, source.last_error, source.retry_at) == (0, "", None)


def test_what_is_on_already_stays_as_it_is(rows: dict[str, Source]) -> None:
    sources = Source.objects.filter(slug="arxiv-cs-ai")
    activate(sources, make.DATE)
    sources.update(failures=9)
    assert activate(sources, make.DATE + make.ONE_DAY) == []
    assert (sources.get().active_since, sources.get().failures) == (make.DATE, 9)


def test_switching_off_keeps_all_but_that(rows: dict[str, Source]) -> None:
    sources = Source.objects.filter(slug__in=USUAL[:2])
    activate(sources.filter(slug=USUAL[0]), make.DATE)
    assert [source.slug for source in deactivate(sources)] == [USUAL[0]]
    assert not sources.filter(is_active=True).exists()
    assert sources.get(slug=USUAL[0]).active_since == make.DATE


@pytest.mark.parametrize(
    ("lacking", "reason"),
    [
        ({"url": ""}, "by-hand has no address; give it in the admin"),
        ({"weekdays": []}, "by-hand has no weekdays;"),
        ({"url": "", "poll_times": []}, "by-hand has no address and no poll times;"),
    ],
)
def test_what_cannot_be_fetched_is_not_switched_on_nor_is_its_company(
    lacking: dict[str, object], reason: str, rows: dict[str, Source]
) -> None:
    make.source(**{"slug": "by-hand", "url": "https://example.org"} | lacking)
    with pytest.raises(SwitchError, match=reason):
        activate(Source.objects.all(), make.DATE)
    assert not Source.objects.filter(is_active=True).exists()
