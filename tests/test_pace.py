"""SENDING_RATE, DOMAIN_RATES and WARM_UP: what each form means, and what a wrong one says."""

import datetime as dt

import pytest

from config.pace import PaceError, domain_rates, rate, warm_up


def test_a_rate_is_mails_a_second() -> None:
    assert [rate(text) for text in ("14", "0.5", "100000", "0.001")] == [14, 0.5, 100_000, 0.001]


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "1e3",
        "fast",
        "14/s",
        "100001",
        "0.0001",
        "nan",
        "inf",
        "\N{ARABIC-INDIC DIGIT FIVE}",
        "1.",
        ".5",
    ],
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(PaceError, match="is '"):
        rate(text)


def test_domains_have_rates_of_their_own_and_a_star_is_every_other() -> None:
    assert domain_rates("GMail.com=20  *=50") == {"gmail.com": 20, "*": 50}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("gmail.com", "ends with no rate"),
        ("gmail.com=", "ends with no rate"),
        ("gmail.com=0", "ends with no rate"),
        ("gmail.com=2=3", "ends with no rate"),
        ("=20", "begins with no domain"),
        ("gmail=20", "begins with no domain"),
        ("ada@gmail.com=20", "begins with no domain"),
        ("zürich.example=20", "begins with no domain"),
        ("gmail.com=20,outlook.com=10", "ends with no rate"),
        ("gmail.com=20 GMAIL.com=10", "names gmail.com twice"),
    ],
)
def test_what_are_no_domain_rates_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(PaceError, match=complaint):
        domain_rates(text)


def test_a_warm_up_has_a_first_day_and_a_number_of_editions() -> None:
    assert warm_up("2026-11-21:500") == (dt.date(2026, 11, 21), 500)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21",
        "2026-11-21:",
        "2026-11-21:0",
        "2026-02-30:5",
        "500",
        "today:500",
        "2026-11-21:5x",
    ],
)
def test_what_is_no_warm_up_is_refused(text: str) -> None:
    with pytest.raises(PaceError, match="is '"):
        warm_up(text)
