"""Composing as one would first write it: a few query sets for each reader."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Mapping

from django.conf import settings
from django.db import connection, transaction

from digests.models import PaperTopic
from digests.trend import STANDING
from newsletter.models import Bundle, Delivery, Edition
from subscribers.models import NextMorning, Subscriber


def compose(readers: Collection[int], now: dt.datetime) -> dict[int, list[int]]:
    """Compose for some readers, one after another, and undo it; return the papers of each."""
    with transaction.atomic():
        ranks = _ranks(now)
        bundle = Bundle.objects.create(
            date=now.date(), composed_at=now, ready_at=now, closes_at=now
        )
        lists = {reader: _compose_one(reader, ranks, bundle, now) for reader in readers}
        transaction.set_rollback(True)
    return lists


def found(readers: Collection[int], now: dt.datetime) -> dict[int, list[int]]:
    """Return the papers that these readers get today."""
    rows = Delivery.objects.filter(subscriber__in=readers, date=now.date())
    lists = {row.subscriber_id: row.edition for row in rows.select_related("edition")}
    return {it: edition.paper_ids if (edition := lists[it]) else [] for it in readers}


def _ranks(now: dt.datetime) -> dict[int, int]:
    """Return the rank of every paper of the window, as the trend has it."""
    with connection.cursor() as cursor:
        since = now.date() - dt.timedelta(days=settings.LOOKBACK_DAYS)
        cursor.execute(STANDING, {"since": since, "now": now})
        cursor.execute("SELECT id FROM standing ORDER BY score DESC, place, id")
        return {paper: rank for rank, (paper,) in enumerate(cursor.fetchall())}


def _compose_one(
    reader: int, ranks: Mapping[int, int], bundle: Bundle, now: dt.datetime
) -> list[int]:
    subscriber = Subscriber.objects.mailable().get(pk=reader)
    papers = sorted(_candidates(subscriber, now), key=ranks.__getitem__)[: subscriber.max_papers]
    edition, state = None, Delivery.State.SKIPPED
    if papers:
        topics = [*subscriber.subscriptions.values_list("topic", flat=True)]
        key = hashlib.sha256(f"plainly {papers} {topics}".encode()).digest()
        row = {"paper_ids": papers, "topic_ids": topics, "composed_at": now}
        edition, _ = Edition.objects.get_or_create(key=key, defaults=row)
        state = Delivery.State.PLANNED
    Delivery.objects.create(
        subscriber=subscriber, date=now.date(), edition=edition, state=state, bundle=bundle
    )
    following = subscriber.schedule.next_due(now)
    NextMorning.objects.filter(subscriber=subscriber).update(begins_at=following)
    return papers


def _candidates(subscriber: Subscriber, now: dt.datetime) -> Iterator[int]:
    """Yield the papers of her topics that she has not seen and that nothing she excludes is in."""
    window = now.date() - dt.timedelta(days=settings.LOOKBACK_DAYS)
    wishes = [*subscriber.subscriptions.all()]
    since = {wish.topic_id: wish.since for wish in wishes if not wish.excludes}
    listed = PaperTopic.objects.filter(paper__first_listed_on__range=(window, now.date()))
    rows = listed.filter(topic__in=since).values_list("paper", "topic", "paper__first_listed_on")
    matching = {paper for paper, topic, date in rows if date >= since[topic]}
    refused = [wish.topic_id for wish in wishes if wish.excludes]
    excluded = listed.filter(topic__in=refused).values_list("paper", flat=True)
    editions = Edition.objects.filter(
        deliveries__subscriber=subscriber,
        deliveries__date__gte=window,
        deliveries__state__in=Delivery.SEEN,
    )
    seen = {paper for edition in editions for paper in edition.paper_ids}
    yield from matching - seen - {*excluded}
