"""Readers whose morning has begun, and papers for them."""

import datetime as dt
import time

import factories as make
from django.db import connection
from django.db.models import F
from django.utils import timezone

from digests.models import Topic
from newsletter.compose import compose
from newsletter.models import Bundle, Delivery, Morning
from subscribers import lifecycle, mornings
from subscribers.addresses import fingerprint
from subscribers.models import Subscriber, Subscription

TOPICS, PAPERS = 3, 12
ONE_HOUR = dt.timedelta(hours=1)


def morning(readers: int, first: int = 0) -> None:
    """Make so many readers who are due, and papers for all; they are numbered from `first` on."""
    now = timezone.now()
    subscribe(range(first, first + readers), now, list_papers(now.date()))


def subscribe(numbers: range, now: dt.datetime, topics: list[Topic]) -> None:
    """Make readers whose morning began an hour ago, with one of several choices of topics each."""
    begun = now - ONE_HOUR
    made = Subscriber.objects.bulk_create(
        Subscriber(
            email=(email := f"reader{number}@example.org"),
            fingerprint=fingerprint(email),
            state=Subscriber.State.ACTIVE,
            hour=begun.hour,
            created_at=begun,
            confirmed_at=begun,
        )
        for number in numbers
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=reader, topic=topic, since=now.date())
        for number, reader in zip(numbers, made, strict=True)
        for place, topic in enumerate(topics)
        if (number % (2**TOPICS - 1) + 1) >> place & 1
    )
    mornings.expect([reader.pk for reader in made], begun)


def list_papers(today: dt.date) -> list[Topic]:
    """Make the papers of a day, some for each of a few topics; return the topics."""
    Topic.objects.update(matched_version=F("version"))  # what papers are about is said here
    topics = the_topics()
    digest = make.digest(date=today)
    for number in range(PAPERS):
        paper = make.paper(first_listed_on=today)
        make.paper_topic(topic=topics[number % TOPICS], paper=paper)
        make.digest_paper(paper=paper, digest=digest)
    return topics


def composed_morning(readers: int, bundle: int, first: int = 0) -> None:
    """Make readers, and their deliveries in bundles of a size: more of them means more claims."""
    morning(readers, first)
    compose(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(CUT, {"size": bundle})


def leave(every: int) -> set[str]:
    """Have every so many-th reader unsubscribe; return their addresses."""
    leavers = [*Subscriber.objects.alias(rest=F("pk") % every).filter(rest=0)]
    for reader in leavers:
        lifecycle.unsubscribe(reader, timezone.now())
    return {reader.email for reader in leavers}


def are_settled(due: int) -> bool:
    """Tell whether so many were composed, and every delivery and bundle has come to its end."""
    composed = sum(Morning.objects.values_list("due", flat=True))
    is_open = Delivery.objects.filter(state__in=Delivery.OPEN).exists()
    return composed == due and not is_open and not Bundle.objects.filter(is_settled=False).exists()


def wait_until_settled(due: int, seconds: float = 60) -> bool:
    """Wait until they are; return whether they came to it in time."""
    deadline = time.monotonic() + seconds
    while not (is_settled := are_settled(due)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_settled


def the_topics() -> list[Topic]:
    """Return the topics that there are papers for."""
    return [*Topic.objects.catalogue().order_by("pk")[:TOPICS]]


CUT = """
WITH numbered AS (
    SELECT id, bundle_id, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS part
      FROM newsletter_delivery WHERE state = 'planned'
), part AS (
    SELECT part, nextval('newsletter_bundle_id_seq') AS number, min(bundle_id) AS whole
      FROM numbered GROUP BY part
), made AS (
    INSERT INTO newsletter_bundle
           (id, date, composed_at, ready_at, closes_at, claims, leaving, is_settled)
    SELECT number, date, composed_at, ready_at, closes_at, 0, '{}', FALSE
      FROM part JOIN newsletter_bundle ON newsletter_bundle.id = whole
), moved AS (
    UPDATE newsletter_delivery delivery SET bundle_id = number
      FROM numbered JOIN part USING (part) WHERE delivery.id = numbered.id
)
UPDATE newsletter_bundle SET is_settled = TRUE WHERE id IN (SELECT bundle_id FROM numbered)
"""
