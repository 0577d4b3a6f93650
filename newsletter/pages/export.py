"""All that is stored about a reader, as a file that she can take with her.

It is JSON, in UTF-8, in English, with moments in UTC (RFC 3339):

    exported_at, site
    reader      her address, where she stands and since when, when her next mail is due
    choices     time zone, hour, days, how many papers, how long abstracts, language
    follows     what she follows or excludes: its kind, its name, since when
    suppressed  why and since when her address must not be written to, or null
    letters     each letter she asked for: its kind, when, where to, what became of it; of those to
                a new address of hers the first three
    feedback    each paper she said "more" or "less" of, and when
    deliveries  each morning: what became of it, what the provider told, titles and links of papers

What opens her pages is left out, for files are passed on: the codes of her links. So is what says
nothing without our keys: hashes of her address, numbers of rows. What became of a letter to a new
address is left out too: it would tell whether an address, which may be a stranger's, must not be
written to.
"""

import calendar
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from digests.models import Paper
from newsletter.models import Delivery
from subscribers.choosing import CHOSEN
from subscribers.models import Letter, Subscriber, Suppression
from subscribers.schedule import bits_to_days
from subscribers.views.personal import by_preferences_token

# Mornings that are read and written at once: the years of a faithful reader are never in memory.
BATCH = 100
STANDING = ("email", "state", "created_at", "confirmed_at", "unsubscribed_at", "paused_until")
OF_A_MOVE = ("kind", "address", "requested_at")
OF_A_LETTER = (*OF_A_MOVE, "state", "attempts", "next_attempt_at", "sent_at")
OF_A_DELIVERY = (
    "date",
    "state",
    "reason",
    "attempts",
    "next_attempt_at",
    "sent_at",
    "message_id",
)
OF_A_NOTICE = ("provider", "kind", "reject_reason", "is_bad_address", "happened_at", "raw")
OF_A_PAPER = ("title", "url", "merged_into", "merged_into__title", "merged_into__url")


@require_safe
@by_preferences_token
def export(_request: HttpRequest, reader: Subscriber) -> StreamingHttpResponse:
    """Hand her the file, whether or not she is subscribed."""
    today = timezone.now().date()
    response = StreamingHttpResponse(_written(reader), content_type="application/json")
    name = f"{settings.SITE_NAME.lower()}-{today}.json"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _written(reader: Subscriber) -> Iterator[str]:
    """Write the file, piece by piece."""
    yield "{\n"
    for name, value in _told(reader).items():
        yield f'"{name}": {_json(value)},\n'
    yield '"deliveries": ['
    between = "\n"
    for delivery in _deliveries(reader):
        yield between + _json(delivery)
        between = ",\n"
    yield "\n]\n}\n"


def _told(reader: Subscriber) -> dict[str, Any]:
    suppressions = Suppression.objects.filter(fingerprint=reader.fingerprint)
    follows = reader.subscriptions.select_related("topic").order_by("pk")
    feedback = reader.feedback.select_related("paper").order_by("given_at")
    days = [calendar.day_name[day] for day in bits_to_days(reader.days)]
    return {
        "exported_at": timezone.now(),
        "site": settings.SITE_URL,
        "reader": _fields(reader, STANDING) | {"next_mail_due_at": reader.next_due_at},
        "choices": _fields(reader, CHOSEN) | {"days": days},
        "follows": [
            _fields(row.topic, ("kind", "name")) | _fields(row, ("since", "excludes"))
            for row in follows
        ],
        "suppressed": suppressions.values("reason", "created_at").first(),
        "letters": [_letter(row) for row in reader.letters.order_by("pk")],
        "feedback": [_paper(row.paper) | _fields(row, ("verdict", "given_at")) for row in feedback],
    }


def _letter(row: Letter) -> dict[str, Any]:
    return _fields(row, OF_A_MOVE if row.kind == Letter.Kind.MOVE else OF_A_LETTER)


def _deliveries(reader: Subscriber) -> Iterator[dict[str, Any]]:
    """Yield her mornings, the first one first, a batch with a query for each kind of row."""
    mornings = Delivery.objects.filter(subscriber=reader).order_by("date")
    rows = mornings.select_related("edition").prefetch_related("events").iterator(BATCH)
    while batch := [*islice(rows, BATCH)]:
        numbers = {number for row in batch for number in _numbers(row)}
        papers = Paper.objects.only(*OF_A_PAPER).by_number(numbers)
        for row in batch:
            yield _delivery(row, papers)


def _delivery(row: Delivery, papers: Mapping[int, Paper]) -> dict[str, Any]:
    return _fields(row, OF_A_DELIVERY) | {
        "told": [_fields(event, OF_A_NOTICE) for event in row.events.all()],
        "papers": [_paper(papers[number]) for number in _numbers(row) if number in papers],
    }


def _numbers(row: Delivery) -> list[int]:
    return row.edition.paper_ids if row.edition else []


def _paper(paper: Paper) -> dict[str, str]:
    return {"title": paper.shown_title, "link": paper.link}


def _fields(row: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
