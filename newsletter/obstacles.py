"""What keeps mail from leaving at present, besides what anybody can do about one delivery."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.models import Breaker, Halt, Morning

# A morning begins and ends somewhere on Earth for two days and a night.
STILL_OPEN = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A stop that somebody or something put up; `model` is where an operator can end it.

    One with a date is in the way of that morning alone.
    """

    name: str
    text: str
    model: str
    date: dt.date | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


def obstacles(now: dt.datetime) -> list[Obstacle]:
    """Return what stands in the way of mail, the gravest first; always three queries."""
    return [*_halts(), *_breakers(), *_pauses(now)]


def _halts() -> Iterator[Obstacle]:
    for halt in Halt.objects.order_by("since"):
        reason = f" ({halt.reason})" if halt.reason else ""
        text = f"no edition leaves since {_minute(halt.since)}. {halt.get_cause_display()}{reason}."
        yield Obstacle("halted", text, "newsletter_halt")


def _breakers() -> Iterator[Obstacle]:
    for breaker in Breaker.objects.filter(opened_at__isnull=False).order_by("transport"):
        text = f"{breaker.reason} (since {_minute(breaker.opened_at)}, tried again at "
        text += f"{breaker.retry_at:%H:%M})."
        yield Obstacle(f"{breaker.transport} is closed", text, "newsletter_breaker")


def _pauses(now: dt.datetime) -> Iterator[Obstacle]:
    paused = Morning.objects.filter(is_paused=True, date__gt=now.date() - STILL_OPEN)
    for morning in paused:
        text = f"the mails of {morning} wait."
        yield Obstacle("paused", text, "newsletter_morning", morning.date)


def _minute(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
