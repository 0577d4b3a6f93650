"""How each source is, told from what is stored: the same four queries for any number of them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from digests.models import Poll, Source
from digests.polling.faults import FORTNIGHT, Facts, Fault, faults

OFF, WAITING, WELL = "off", "waiting", "well"
DAYS = 20  # working days of four weeks; what is usual is their median


@dataclass(frozen=True, slots=True)
class Health:
    """How one source is. `papers` of its newest `day` may still grow while that day `is_open`."""

    source: Source
    last_paper_at: dt.datetime | None  # when it last listed a paper that it had not listed before
    day: dt.date | None
    papers: int
    is_open: bool
    usual: float | None  # papers on one of its weekdays; None while too few are known
    warnings: tuple[Fault, ...]

    @property
    def word(self) -> str:
        """What to say of it in a word or two."""
        if self.warnings:
            return self.warnings[0].name
        if not self.source.is_active:
            return OFF
        return WELL if self.source.last_success_at else WAITING

    @property
    def is_grave(self) -> bool:
        """Whether nothing comes in."""
        return any(fault.is_grave for fault in self.warnings)

    @property
    def last_day(self) -> str:
        """Its newest day's papers against the usual."""
        usual = "" if self.usual is None else f" (usual {self.usual:.0f})"
        return f"{self.papers}{' so far' * self.is_open}{usual}" if self.day else ""


def health(now: dt.datetime, sources: Sequence[Source] | None = None) -> list[Health]:
    """Tell how these sources are at `now`, or how all are, in their order."""
    now = now.astimezone(dt.UTC)
    sources = [*Source.objects.all()] if sources is None else sources
    keys = [source.pk for source in sources]
    papers, newest, polled = _papers(keys), _newest(keys), _polled(keys, now.date())
    return [
        _health(
            Facts(source, papers[source.pk], frozenset(polled[source.pk]), newest_day=day),
            last_paper_at,
            now,
        )
        for source in sources
        for day, last_paper_at in [newest.get(source.pk, (None, None))]
    ]


def _health(facts: Facts, last_paper_at: dt.datetime | None, now: dt.datetime) -> Health:
    day = next(iter(facts.papers), None)
    return Health(
        source=facts.source,
        last_paper_at=last_paper_at,
        day=day,
        papers=facts.papers[day] if day else 0,
        is_open=day is not None and day >= now.date(),
        usual=facts.usual(now.date()),
        warnings=faults(facts, now),
    )


def _papers(sources: list[int]) -> dict[int, dict[dt.date, int]]:
    """Return how many papers each source's last digests have, the newest first."""
    papers = defaultdict[int, dict[dt.date, int]](dict)
    for source, day, count in _rows(LAST_DIGESTS, sources):
        papers[source][day] = count
    return papers


def _newest(sources: list[int]) -> dict[int, tuple[dt.date, dt.datetime]]:
    """Return of which day each source's newest new paper is, and when it was listed."""
    return {source: (day, at) for source, day, at in _rows(NEWEST_PAPERS, sources)}


def _polled(sources: list[int], today: dt.date) -> dict[int, set[dt.date]]:
    """Return for which of the last days each source answered."""
    since = today - dt.timedelta(days=FORTNIGHT)
    polls = Poll.objects.filter(source__in=sources, day__gte=since).order_by()
    polled = defaultdict[int, set[dt.date]](set)
    for source, day in polls.values_list("source_id", "day"):
        polled[source].add(day)
    return polled


def _rows(statement: str, sources: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"sources": sources, "days": DAYS})
        return [*cursor.fetchall()]


LAST_DIGESTS = """
SELECT source.id, digest.date,
       (SELECT count(*) FROM digests_digestpaper WHERE digest_id = digest.id)
  FROM unnest(%(sources)s::bigint[]) AS source (id)
 CROSS JOIN LATERAL (
       SELECT id, date FROM digests_digest WHERE source_id = source.id
        ORDER BY date DESC LIMIT %(days)s
       ) AS digest
 ORDER BY digest.date DESC
"""
# A stale feed's old papers may come under a new date: only what no earlier digest had is new.
NEWEST_PAPERS = """
SELECT source.id, newest.date, newest.listed_at
  FROM unnest(%(sources)s::bigint[]) AS source (id)
 CROSS JOIN LATERAL (
       SELECT digest.date, listing.listed_at
         FROM digests_digest digest
         JOIN digests_digestpaper listing ON listing.digest_id = digest.id
        WHERE digest.source_id = source.id
          AND NOT EXISTS (
              SELECT FROM digests_digestpaper earlier
                JOIN digests_digest earlier_digest ON earlier_digest.id = earlier.digest_id
               WHERE earlier.paper_id = listing.paper_id
                 AND earlier_digest.source_id = source.id
                 AND earlier_digest.date < digest.date)
        ORDER BY digest.date DESC, listing.listed_at DESC LIMIT 1
       ) AS newest
"""
