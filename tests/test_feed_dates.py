import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.feed_dates import day, moment


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-08-20T00:00:00-04:00", "2025-08-20T00:00:00-04:00"),
        ("2020-01-04T01:00:00+0100", "2020-01-04T01:00:00+01:00"),
        ("2003-12-13T18:30:02Z", "2003-12-13T18:30:02+00:00"),
        (" Mon, 06 Sep 2010 00:01:00 +0000 ", "2010-09-06T00:01:00+00:00"),
        ("Wed, 20 Aug 2025 00:00:00 -0400", "2025-08-20T00:00:00-04:00"),
        ("2025-08-20T00:00:00+23:59", "2025-08-20T00:00:00+23:59"),
        ("2026-6-30", "2026-06-30T00:00:00+00:00"),
        ("2026-6-3T10:00:00", "2026-06-03T10:00:00+00:00"),
    ],
)
def test_a_moment_is_in_utc_and_a_day_in_the_zone_it_is_written_in(text: str, iso: str) -> None:
    assert moment(text) == dt.datetime.fromisoformat(iso)
    assert day(text) == dt.datetime.fromisoformat(iso).date()


@pytest.mark.parametrize("text", ["", "soon", "2025-02-30", "9" * 5_000, "Mon, 99 Sep 2010"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text) is None
    assert day(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_what_has_a_date_but_no_year_in_utc_is_no_moment(text: str) -> None:
    assert moment(text) is None
    assert day(text) == dt.date.fromisoformat(text[:10])


@given(st.text() | st.text(st.sampled_from("0123456789-:T+Z ,MonSepW")))
def test_any_text_gives_a_moment_in_utc_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is dt.UTC
