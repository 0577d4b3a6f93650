"""Ask sources for their lists, store what they answer, and note how each source is."""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from config.clock import Clock
from digests.fetch import Fetched, Fetcher, FetchError
from digests.ingest.once import date_of_known, ingest
from digests.models import Poll, Source
from digests.models.source import SourceQuerySet
from digests.polling.days import CATCH_UP_DAYS, ONE_DAY, due_days, next_try
from digests.sources import DigestError, Kind, ParsedDigest, SourceError, parse
from digests.text import clean

logger = logging.getLogger(__name__)
# One day's list may be broken where it lies; after two that do not come it is the source.
ENOUGH = 2
LONGEST_ERROR = 500  # characters
_dice = SystemRandom()


@dataclass(frozen=True, slots=True)
class Polled:
    """What came of asking a source for a day: counts as in `Ingested`, under `date`; or an error.

    A list that is `unchanged` since it was read last was not read again.
    """

    source: str
    date: dt.date
    papers: int = 0
    new: int = 0
    known: int = 0
    unchanged: bool = False
    error: str = ""


def due(sources: SourceQuerySet, now: dt.datetime) -> list[tuple[Source, list[dt.date]]]:
    """Return those sources that have days to be asked for, and these; in two queries."""
    # An earlier answer came before the first moment of any day within reach.
    recent = Poll.objects.filter(polled_at__gte=now - (CATCH_UP_DAYS + 1) * ONE_DAY)
    wanted = []
    for source in sources.prefetch_related(Prefetch("polls", recent)):
        answers = {poll.day: poll.polled_at for poll in source.polls.all()}
        if days := due_days(source, answers, now):
            wanted.append((source, days))
    return wanted


def lock_of(source: Source) -> str:
    """Return the name of the lock (`config.locks`) that whoever polls a source must hold."""
    return f"fetch {source.slug}"


def poll(source: Source, day: dt.date, *, now: dt.datetime, fetcher: Fetcher) -> Polled:
    """Ask a source for one day, as `poll_days` does for several."""
    (polled,) = poll_days(source, [day], now=lambda: now, fetcher=fetcher)
    return polled


def poll_days(
    source: Source, days: Iterable[dt.date], *, now: Clock, fetcher: Fetcher
) -> Iterator[Polled]:
    """Ask a source for the lists of days in turn, until it fails; an error stores nothing.

    A list that cannot be read does not hold up the others. All that fails here is one more failure
    of the source, and what succeeds after it does not take that back: else a day that stays broken
    would be asked for anew every minute.
    """
    round_ = _Round(source)
    for day in days:
        moment = now()
        answer = _answer(source, day, moment, fetcher)
        if isinstance(answer, Polled):
            round_.note_success()
            yield answer
        else:
            yield round_.note_failure(day, answer, moment)
        if round_.is_over:
            return


class _Round:
    """What some days in a row tell of their source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._failures = source.failures + 1
        self._is_well = True
        self._missing = 0
        self.is_over = False

    def note_success(self) -> None:
        """Forget the failures of earlier rounds."""
        if self._is_well:
            _note(self._source, failures=0, last_error="", retry_at=None)

    def note_failure(self, day: dt.date, error: Exception, now: dt.datetime) -> Polled:
        """Note what failed, and when to look again."""
        asked_to_wait = error.retry_after if isinstance(error, FetchError) else None
        retry_at = next_try(
            self._source, self._failures, now, chance=_dice.random(), asked_to_wait=asked_to_wait
        )
        words = clean(_in_words(error))
        _note(
            self._source,
            failures=self._failures,
            last_error=f"{day} {words}"[:LONGEST_ERROR],
            retry_at=retry_at,
        )
        self._is_well = False
        self._missing += isinstance(error, FetchError) and error.is_transient
        self.is_over = self._missing >= ENOUGH or bool(asked_to_wait)
        return Polled(self._source.slug, day, error=words)


def _note(source: Source, **fields: Any) -> None:
    """Write fields of a row, and none beside: an operator may be changing the others."""
    for name, value in fields.items():
        setattr(source, name, value)
    Source.objects.filter(pk=source.pk).update(**fields)


def _in_words(error: Exception) -> str:
    match error:
        case FetchError():
            return f"not fetched: {error}"
        case SourceError():
            return f"refused by the source: {error}"
        case DigestError():
            return f"not read: {error}"
    return f"not stored, by a fault of ours: {error!r}"


def _answer(source: Source, day: dt.date, now: dt.datetime, fetcher: Fetcher) -> Polled | Exception:
    try:
        return _asked(source, day, now, fetcher)
    except (FetchError, DigestError) as error:
        return error
    except Exception as error:  # ours, or a task's time is up: the other sources are to go on
        logger.exception("%s: %s was not stored", source.slug, day)
        return error


def _asked(source: Source, day: dt.date, now: dt.datetime, fetcher: Fetcher) -> Polled:
    """Ask for a day's list and store it."""
    known = _known_answer(source, day)
    try:
        fetched = fetcher.fetch(
            source.address(day), etag=known.etag, last_modified=known.last_modified
        )
    except FetchError as error:
        if _is_not_out_yet(source, day, now, error):
            return _not_out_yet(source, day, now)
        raise
    if fetched.unchanged:
        return _unchanged(source, day, now, known, fetched)
    digest = _read(source, fetched.body, now)
    fingerprint = hashlib.sha256(fetched.body).hexdigest()
    date = day if source.is_dated else _date_of(source, digest, fingerprint, day, now)
    with transaction.atomic():  # the papers and that they were read: both or neither
        ingested = ingest(digest, source=source, date=date, fingerprint=fingerprint, now=now)
        _note_answer(source, day, now, fetched, ingested.papers)
        _note(source, last_success_at=now, built_at=_newest(source.built_at, digest.built_at, now))
    return Polled(**asdict(ingested))


def _known_answer(source: Source, day: dt.date) -> Poll:
    """Return the answer that the next one may equal; an address without days has one list."""
    answers = source.polls.filter(day=day) if source.is_dated else source.polls.all()
    return answers.order_by("-polled_at").first() or Poll(source=source, day=day)


def _is_not_out_yet(source: Source, day: dt.date, now: dt.datetime, error: FetchError) -> bool:
    """Tell a list that is still to come from an address that is wrong, by the day it is for."""
    return source.is_dated and day == now.date() and error.status == HTTPStatus.NOT_FOUND


def _not_out_yet(source: Source, day: dt.date, now: dt.datetime) -> Polled:
    """Note that today has no list so far: it will be looked for again at its next moment."""
    Poll.objects.update_or_create(source=source, day=day, defaults={"polled_at": now})
    return Polled(source.slug, day)


def _unchanged(
    source: Source, day: dt.date, now: dt.datetime, known: Poll, fetched: Fetched
) -> Polled:
    """Note a list that is the one we have; a feed that is yesterday's has nothing of today."""
    papers = known.papers if known.day == day else 0
    with transaction.atomic():
        _note_answer(source, day, now, fetched, papers)
        _note(source, last_success_at=now)
    return Polled(source.slug, day, papers, known=papers, unchanged=True)


def _read(source: Source, body: bytes, now: dt.datetime) -> ParsedDigest:
    kind = Kind(source.kind) if source.kind else None
    digest = parse(body, today=now.date(), kind=kind)
    if source.takes_cross_lists:
        return digest
    own = tuple(paper for paper in digest.papers if not paper.is_cross_list)
    return replace(digest, papers=own)


def _date_of(
    source: Source, digest: ParsedDigest, fingerprint: str, day: dt.date, now: dt.datetime
) -> dt.date:
    """Return the day of a list at an address without days; the same text keeps the day it got.

    A day that has come nowhere on Earth yet is not believed: it would hide its papers until then.
    """
    stated = digest.date
    if stated and stated <= now.date() + ONE_DAY:
        return stated
    return date_of_known(source, fingerprint) or day


def _note_answer(
    source: Source, day: dt.date, now: dt.datetime, fetched: Fetched, papers: int
) -> None:
    fields = {"etag": fetched.etag, "last_modified": fetched.last_modified, "papers": papers}
    Poll.objects.update_or_create(source=source, day=day, defaults={"polled_at": now, **fields})


def _newest(
    known: dt.datetime | None, stated: dt.datetime | None, now: dt.datetime
) -> dt.datetime | None:
    """Return the later of two times; one that has not come would stand for ever."""
    return max((time for time in (known, stated) if time and time <= now), default=None)
