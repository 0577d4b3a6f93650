"""SENDING_RATE, DOMAIN_RATES and WARM_UP: how fast mail may leave, as one writes it down."""

import datetime as dt
import re

# In mails a second: the slowest is one in a quarter of an hour, the fastest beyond any server.
SLOWEST, FASTEST = 0.001, 100_000
MOST_EDITIONS = 10_000_000
EVERY_OTHER = "*"
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)


class PaceError(ValueError):
    """It cannot be used; the message says why."""


def rate(text: str) -> float:
    """Read mails a second: `14`, or `0.5` for one every two seconds.

    Raises:
        PaceError: where that is no number, or one that cannot be meant.

    """
    if not _NUMBER.fullmatch(text) or not SLOWEST <= float(text) <= FASTEST:
        raise PaceError(f"is {text!r}")
    return float(text)


def domain_rates(text: str) -> dict[str, float]:
    """Read mails a second by domain of the recipient: `gmail.com=20 *=50`.

    A `*` is each domain that is not named, by itself.

    Raises:
        PaceError: for what is no domain, no rate, or there twice.

    """
    rates: dict[str, float] = {}
    for entry in text.split():
        domain, _, number = entry.lower().partition("=")
        if domain in rates:
            raise PaceError(f"names {domain} twice")
        if domain != EVERY_OTHER and not _DOMAIN.fullmatch(domain):
            raise PaceError(f"holds {entry!r}, which begins with no domain")
        try:
            rates[domain] = rate(number)
        except PaceError as error:
            raise PaceError(f"holds {entry!r}, which ends with no rate") from error
    return rates


def warm_up(text: str) -> tuple[dt.date, int]:
    """Read the first day of a warm-up and how many editions may leave on it: `2026-11-21:500`.

    Raises:
        PaceError: where it is anything else.

    """
    day, _, number = text.partition(":")
    is_number = number.isascii() and number.isdigit()
    if not is_number or not 0 < int(number) <= MOST_EDITIONS:
        raise PaceError(f"is {text!r}")
    try:
        return dt.date.fromisoformat(day), int(number)
    except ValueError as error:
        raise PaceError(f"is {text!r}") from error
