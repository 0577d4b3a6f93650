"""The time zones to choose from: each place by one name, found by its others."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from subscribers import zones
from subscribers.forms.fields import GuessedTimeZoneField
from subscribers.zones import listed, other_names, time_zones


@pytest.fixture
def _forgotten() -> Iterator[None]:
    """Have the tables read anew, in this test and after it."""
    caches = (zones.time_zones, zones.other_names, zones._by_other_name)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def test_a_reader_may_live_in_any_place_or_in_utc() -> None:
    assert time_zones()[-1] == "UTC"
    assert {"Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= {*time_zones()}
    assert {*time_zones()} <= available_timezones()
    assert len({*time_zones()}) == len(time_zones()) > 300


@pytest.mark.parametrize("name", ["Europe/Oslo", "Europe/Amsterdam", "Africa/Lagos", "Asia/Qatar"])
def test_a_place_whose_clocks_go_as_elsewhere_is_listed_all_the_same(name: str) -> None:
    assert name in time_zones()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("US/Eastern", "America/New_York"),
        ("PRC", "Asia/Shanghai"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT", "UTC"),
        ("GMT", "UTC"),
        ("Zulu", "UTC"),
    ],
)
def test_a_former_name_leads_to_the_present_one(name: str, place: str) -> None:
    assert name not in time_zones()
    assert listed(name) == GuessedTimeZoneField().clean(name) == place


def test_all_names_of_a_place_show_the_same_time() -> None:
    for place, others in other_names().items():
        for month in (1, 7):
            hours = {dt.datetime(2025, month, 1, tzinfo=ZoneInfo(it)).timestamp() for it in others}
            assert hours == {dt.datetime(2025, month, 1, tzinfo=ZoneInfo(place)).timestamp()}


@pytest.mark.parametrize("name", ["Etc/GMT+5", "Mars/Olympus", ""])
def test_what_is_no_place_has_no_other_name(name: str) -> None:
    assert listed(name) == name


@pytest.mark.usefixtures("_forgotten")
def test_without_tables_all_names_with_an_area_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zones, "TZPATH", (str(tmp_path),))
    assert {"Asia/Kolkata", "Asia/Calcutta", "UTC"} <= {*time_zones()}
    assert "Etc/GMT+5" not in time_zones()
    assert listed("Asia/Calcutta") == "Asia/Calcutta"
    assert listed("Etc/UTC") == "UTC"
