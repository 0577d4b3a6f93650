import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.console import console_on, table_for
from digests.models import Source
from digests.polling.health import OFF, Health, health
from digests.polling.switching import USUAL, SwitchError, activate, deactivate

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Command(BaseCommand):
    """Tell at a glance which sources are well and which are not, and switch them on and off."""

    help = (
        "Show how all sources are: whether they answer, what they bring, what is wrong. "
        "With a verb, first switch some on or off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what is to be done, with which sources, and how it is told."""
        parser.add_argument(
            "verb",
            nargs="?",
            choices=["activate", "deactivate"],
            help="have sources fetched by themselves, or no more",
        )
        parser.add_argument(
            "slugs",
            nargs="*",
            metavar="SLUG",
            help="which ones; `activate` without any means the usual ones",
        )
        parser.add_argument("--json", action="store_true", help="print one object per source")
        parser.add_argument(
            "--check", action="store_true", help="exit 1 where there is something to look at"
        )

    def handle(
        self, *, verb: str | None, slugs: list[str], json: bool, check: bool, **_: Any
    ) -> None:
        """Switch what is to be switched, then show how all sources are."""
        now = timezone.now()
        if verb:
            self._switch(verb, slugs, now, quiet=json)
        found = health(now)
        if json:
            self.stdout.writelines(_as_json(one) for one in found)
        else:
            self._show(found, now)
        ill = sum(bool(one.warnings) for one in found)
        if check and ill:
            raise CommandError(f"{ill} of {len(found)} sources need to be looked at.")

    def _switch(self, verb: str, slugs: list[str], now: dt.datetime, *, quiet: bool) -> None:
        if verb == "deactivate":
            if not slugs:
                raise CommandError("Say which: sources deactivate SLUG...")
            switched = deactivate(_sources(slugs))
        else:
            try:
                switched = activate(_sources(slugs or USUAL), now.astimezone(dt.UTC).date())
            except SwitchError as error:
                raise CommandError(f"{error}; nothing was switched on.") from error
        if not quiet:
            names = ", ".join(source.slug for source in switched)
            self.stdout.write(f"Switched {'on' if verb == 'activate' else OFF}: {names or 'none'}.")

    def _show(self, found: Sequence[Health], now: dt.datetime) -> None:
        console = console_on(self.stdout)
        console.print(_table(console, found, now))
        for one in found:
            for fault in one.warnings:
                console.print(Text(f"{one.source.slug} - {fault}"), soft_wrap=True)


def _sources(slugs: Sequence[str]) -> QuerySet[Source]:
    known = set(Source.objects.values_list("slug", flat=True))
    if unknown := [slug for slug in slugs if slug not in known]:
        raise CommandError(
            f"No source is called {' or '.join(map(repr, unknown))}; "
            f"there are {', '.join(sorted(known)) or 'none'}."
        )
    return Source.objects.filter(slug__in=slugs)


def _table(console: Console, found: Sequence[Health], now: dt.datetime) -> Table:
    headers = ("Source", "", "Answered", "New paper", "Papers", "Failed", "It is")
    table = table_for(console, *headers)
    for one in found:
        table.add_row(*map(Text, _cells(one, now)), _word(one))
    return table


def _cells(one: Health, now: dt.datetime) -> Sequence[str]:
    return (
        one.source.slug,
        "on" if one.source.is_active else OFF,
        _ago(one.source.last_success_at, now),
        _ago(one.last_paper_at, now),
        one.last_day,
        str(one.source.failures or ""),
    )


def _word(one: Health) -> Text:
    tones = {"well": "green", OFF: "dim"}
    tone = "bold red" if one.is_grave else "yellow" if one.warnings else tones.get(one.word, "")
    return Text(one.word, style=tone)


def _ago(moment: dt.datetime | None, now: dt.datetime) -> str:
    """Say how long ago it was in the largest unit that has two of it: 90 min, 36 h, 3 days."""
    if moment is None:
        return "never"
    age = max(now - moment, dt.timedelta())
    if age < 2 * HOUR:
        return f"{age // MINUTE} min ago"
    return f"{age // HOUR} h ago" if age < 2 * DAY else f"{age // DAY} days ago"


def _as_json(one: Health) -> str:
    source = one.source
    values = {
        "slug": source.slug,
        "name": source.name,
        "active": source.is_active,
        "active_since": source.active_since,
        "state": one.word,
        "last_success_at": source.last_success_at,
        "last_paper_at": one.last_paper_at,
        "failures": source.failures,
        "day": one.day,
        "papers": one.papers,
        "usual": one.usual,
        "warnings": [str(fault) for fault in one.warnings],
    }
    return json.dumps(values, default=lambda moment: moment.isoformat(), ensure_ascii=False) + "\n"
