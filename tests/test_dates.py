"""Dates as readers say them, each in her language."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.dateformat import DateFormat

from config import dates, languages

MONDAY = dt.date(2026, 3, 16)
FIRST = dt.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("en", "Monday 16 March"),
        ("de", "Montag, 16. März"),
        ("fr", "lundi 16 mars"),
        ("es", "lunes 16 de marzo"),
        ("zh-hans", "3月16日 星期一"),
    ],
)
def test_a_day_of_these_weeks_needs_no_year(language: str, spelled: str) -> None:
    with translation.override(language):
        assert dates.day(MONDAY) == spelled


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("en", "Monday, 16 March 2026"),
        ("de", "Montag, 16. März 2026"),
        ("fr", "lundi 16 mars 2026"),
        ("es", "lunes, 16 de marzo de 2026"),
        ("zh-hans", "2026年3月16日 星期一"),
    ],
)
def test_a_date_is_spelled_as_the_readers_newspapers_do(language: str, spelled: str) -> None:
    with translation.override(language):
        assert dates.full_day(MONDAY) == spelled


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("en", "March 2026"),
        ("de", "März 2026"),
        ("fr", "mars 2026"),
        ("es", "marzo de 2026"),
        ("zh-hans", "2026年3月"),
    ],
)
def test_a_month_is_spelled_with_its_year(language: str, spelled: str) -> None:
    with translation.override(language):
        assert dates.month(MONDAY) == spelled


@pytest.mark.parametrize(
    ("language", "spelled"), [("fr", "dimanche 1er février"), ("en", "Sunday 1 February")]
)
def test_french_counts_only_the_first_of_a_month(language: str, spelled: str) -> None:
    with translation.override(language):
        assert dates.day(FIRST) == spelled


def test_every_language_has_its_patterns_and_each_names_what_it_should() -> None:
    assert [*dates.PATTERNS] == [code for code, _ in settings.LANGUAGES]
    for patterns in dates.PATTERNS.values():
        assert {"l", "j"} <= {*patterns.day}
        assert {"l", "j", "Y"} <= {*patterns.full_day}
        assert DateFormat(MONDAY).format(patterns.month) != patterns.month


def test_a_language_without_patterns_is_spelled_as_english_is() -> None:
    with translation.override("de-at"):
        assert dates.day(MONDAY) == "Montag 16 März"


def test_a_moment_is_told_where_the_reader_lives() -> None:
    when = dt.datetime(2026, 3, 16, 23, 30, tzinfo=dt.UTC)
    assert dates.moment(when, "Europe/Berlin") == "Tuesday 17 March, 00:30, Europe/Berlin"
    assert dates.moment(when, "America/New_York") == "Monday 16 March, 19:30, America/New York"


def test_templates_spell_dates_in_the_same_way() -> None:
    template = Template("{% load dates %}{{ date|day }}; {{ date|full_day }}; {{ when|clock }}")
    context = Context({"date": MONDAY, "when": dt.time(7)})
    assert template.render(context) == "Monday 16 March; Monday, 16 March 2026; 07:00"


@time_machine.travel("2026-03-16 23:59:59Z", tick=False)
def test_today_is_the_date_by_which_papers_are_listed() -> None:
    template = Template("{% load dates %}{% today as date %}{{ date|date:'Y-m-d' }}")
    assert template.render(Context()) == "2026-03-16"


def test_where_nothing_is_translated_dates_are_in_the_usual_language() -> None:
    with translation.override(None):
        assert languages.active() == "en"
        assert dates.day(MONDAY) == "Monday 16 March"
