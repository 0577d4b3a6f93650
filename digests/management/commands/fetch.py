import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import track

from config.locks import alone
from digests.fetch import Fetcher
from digests.management.words import A_FEW, counts, past_day
from digests.models import Source
from digests.polling.days import ONE_DAY
from digests.polling.poll import Polled, due, lock_of, poll_days

BUSY = "another worker is fetching it; run this again in a minute"
LEFT_OUT = "not asked for, since the source fails; run this again later"
Job = tuple[Source, Sequence[dt.date]]
Voice = Callable[[str], None]


class Command(BaseCommand):
    """Fetch digests from their sources, here and now."""

    help = (
        "Fetch what is due, from all active sources or from those named. "
        "--date and --since ask for days again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the sources and the days."""
        parser.add_argument(
            "sources",
            nargs="*",
            metavar="SOURCE",
            help="the slug of one, active or not; without any, all active ones",
        )
        days = parser.add_mutually_exclusive_group()
        days.add_argument(
            "--date", type=_past_day, metavar="DAY", help="this day, even if it was read before"
        )
        days.add_argument(
            "--since",
            type=_past_day,
            metavar="DAY",
            help="every day of the source from this one on",
        )
        parser.add_argument("--json", action="store_true", help="print one object per list")

    def handle(
        self,
        *,
        sources: list[str],
        date: dt.date | None,
        since: dt.date | None,
        json: bool,
        **_: Any,
    ) -> None:
        """Print what each list brought; exit 1 where one could not be had."""
        jobs = _jobs(sources, date, since)
        lists, failed = sum(len(days) for _, days in jobs), 0
        console = Console(stderr=True)
        has_bar = lists > A_FEW and console.is_terminal  # something to wait for, and somebody
        say, complain = self._voices(console if has_bar else None)
        for polled in track(
            _polled(jobs),
            "Fetching",
            total=lists,
            console=console,
            disable=not has_bar,
            transient=True,
        ):
            failed += bool(polled.error)
            if polled.error:
                complain(f"{polled.source} {polled.date}: {polled.error}")
            if json:
                say(_as_json(polled))
            elif not polled.error:
                say(_as_words(polled))
        if failed:
            raise CommandError(f"{failed} of {lists} lists could not be fetched.")
        if not lists and not json:
            self.stdout.write("Nothing is due.")

    def _voices(self, console: Console | None) -> tuple[Voice, Voice]:
        """Return how to print what came and what failed: above the bar, if there is one there."""
        if console is None:
            return self.stdout.write, self.stderr.write
        above = partial(console.print, markup=False, highlight=False, soft_wrap=True)
        return (above if self.stdout.isatty() else self.stdout.write), above


def _past_day(text: str) -> dt.date:
    """Read a day; of a future one no source has a list."""
    return past_day(text, latest=timezone.now().date())


def _jobs(slugs: Sequence[str], date: dt.date | None, since: dt.date | None) -> list[Job]:
    """Return what to ask for: the days given, or those that are due."""
    now = timezone.now()
    sources = _named(slugs) if slugs else [*Source.objects.polled()]
    if date:
        return [(source, [date]) for source in sources]
    if since:
        return [(source, _days_since(since, source, now.date())) for source in sources]
    found = Source.objects.filter(pk__in=[source.pk for source in sources])
    new = [(source, [now.date()]) for source in sources if source.active_since is None]
    return [*new, *due(found, now)]


def _named(slugs: Sequence[str]) -> list[Source]:
    sources = {source.slug: source for source in Source.objects.exclude(url="")}
    unknown = [slug for slug in slugs if slug not in sources]
    if unknown:
        known = ", ".join(sources) or "none"
        raise CommandError(f"No source with an address is called {unknown[0]!r}; known: {known}.")
    return [sources[slug] for slug in dict.fromkeys(slugs)]


def _days_since(since: dt.date, source: Source, today: dt.date) -> list[dt.date]:
    """Return the source's days from `since` to today; an address without days has only today."""
    if not source.is_dated:
        return [today]
    days = (since + n * ONE_DAY for n in range((today - since).days + 1))
    return [day for day in days if day.weekday() in source.weekdays]


def _polled(jobs: Sequence[Job]) -> Iterator[Polled]:
    """Ask for list after list; those that a failing source is not asked for are told as well."""
    fetcher = Fetcher()
    for source, days in jobs:
        left = iter(days)
        with alone(lock_of(source)) as mine:
            if mine:
                yield from poll_days(source, left, now=timezone.now, fetcher=fetcher)
        reason = LEFT_OUT if mine else BUSY
        yield from (Polled(source.slug, day, error=reason) for day in left)


def _as_json(polled: Polled) -> str:
    return json.dumps(asdict(polled), default=str, ensure_ascii=False)


def _as_words(polled: Polled) -> str:
    if polled.unchanged:
        said = "unchanged"
    elif not polled.papers:
        said = "empty"
    else:
        said = counts(polled.papers, polled.new)
    return f"{polled.source} {polled.date}: {said}"
