import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from newsletter.explaining.candidates import Candidate, Fate
from newsletter.explaining.silence import schedule_of
from newsletter.explaining.whereabouts import minute
from newsletter.explaining.why import Explanation, reader_at, why
from newsletter.management.words import date_of
from newsletter.models import Delivery
from subscribers import addresses
from subscribers.models import Subscriber

A_FEW = 10  # papers of one fate that are told one by one


class Command(BaseCommand):
    """Explain what a reader got or did not, and why."""

    help = (
        "Explain what the reader at an address got on a date or did not, and why, paper by paper; "
        "without a date, on her latest morning. Her address is not repeated."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the reader, the date, and how it is told."""
        parser.add_argument("email", metavar="EMAIL", help="the reader's whole address")
        parser.add_argument("date", nargs="?", type=date_of, metavar="DATE", help="hers, not UTC's")
        parser.add_argument("--json", action="store_true", help="print one object, with all papers")

    def handle(self, *, email: str, date: dt.date | None, json: bool, **_: Any) -> None:
        """Print the explanation; exit 1 where nobody has the address."""
        found = why(_reader(email), timezone.now(), date)
        self.stdout.write(_as_json(found) if json else "\n".join(_as_words(found)))


def _reader(typed: str) -> Subscriber:
    try:
        reader = reader_at(addresses.normalise(typed))
    except ValidationError as error:
        raise CommandError(error.message) from error
    if reader is None:
        raise CommandError("No reader has this address; whoever was erased is not known any more.")
    return reader


def _as_words(found: Explanation) -> Iterator[str]:
    yield from _of_reader(found)
    yield f"{found.date}: {found.verdict}."
    yield from (f"  {obstacle}" for obstacle in found.in_the_way)
    if found.held:
        yield f"\n{'Her edition holds' if found.delivery else 'By now there would come'}:"
        yield from (f"{place:3}. {_paper(one)}" for place, one in enumerate(found.held, start=1))
    for fate, papers in _by_fate(found.others):
        yield f"\n{len(papers)} {'paper' if len(papers) == 1 else 'papers'} {fate.value}:"
        yield from (f"  - {_paper(one)}" for one in papers[:A_FEW])
        if len(papers) > A_FEW:
            yield f"  and {len(papers) - A_FEW:,} more, which --json tells"


def _of_reader(found: Explanation) -> Iterator[str]:
    """Yield who she is now: state, schedule, choice."""
    reader, suppression = found.reader, found.suppression
    yield f"{reader} is {reader.state}: {schedule_of(reader)}."
    if reader.next_due_at:
        yield f"Her next morning begins at {minute(reader.next_due_at)}."
    if suppression:
        yield f"Nobody may write to her address: {suppression.get_reason_display()}."
    for verb, excludes in (("follows", False), ("excludes", True)):
        if topics := [row for row in found.choice if row.excludes is excludes]:
            names = (f"{row.topic.name} (since {row.since})" for row in topics)
            yield f"She {verb} {', '.join(names)}."


def _by_fate(papers: Sequence[Candidate]) -> Iterator[tuple[Fate, list[Candidate]]]:
    for fate in dict.fromkeys(one.fate for one in papers):
        yield fate, [one for one in papers if one.fate is fate]


def _paper(one: Candidate) -> str:
    """Return a line: what speaks for it, and more of what speaks against it."""
    reasons = "; ".join(map(str, one.reasons)) or "nothing that she follows speaks for it any more"
    return f"{one.title} [{reasons}]{f' ({one.because})' if one.because else ''}"


def _as_json(found: Explanation) -> str:
    reader, delivery = found.reader, found.delivery
    values = {
        "subscriber": reader.pk,
        "state": reader.state,
        "suppressed": found.suppression.reason if found.suppression else None,
        "schedule": schedule_of(reader),
        "next_due_at": reader.next_due_at,
        "paused_until": reader.paused_until,
        "follows": {row.topic.name: row.since for row in found.choice if not row.excludes},
        "excludes": [row.topic.name for row in found.choice if row.excludes],
        "date": found.date,
        "verdict": found.verdict,
        "in_the_way": found.in_the_way,
        "delivery": delivery and _delivery(delivery),
        "edition": [_candidate(one) for one in found.held],
        "others": [_candidate(one) for one in found.others],
    }
    return json.dumps(values, default=lambda moment: moment.isoformat(), ensure_ascii=False)


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "number": delivery.pk,
        "bundle": delivery.bundle_id,
        "edition": delivery.edition_id,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "composed_at": delivery.bundle.composed_at,
        "next_attempt_at": delivery.next_attempt_at,
        "sent_at": delivery.sent_at,
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "paper": one.number,
        "title": one.title,
        "listed_on": one.listed_on,
        "reasons": [str(reason) for reason in one.reasons],
        "fate": one.fate.name.lower(),
        "because": one.because,
    }
