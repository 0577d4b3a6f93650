"""A composed morning: readers, what they are to get, and the bundles it waits in."""

import datetime as dt
import hashlib
import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.archive import PaperMaker
from benchmarks.readership import HOUR, READERS
from digests.matching.rematch import match_anew
from digests.models import Paper, PaperTopic, Topic
from newsletter.models import BUNDLE_SIZE, Bundle, Edition, Morning

PAPERS = 500  # of a day
PAPERS_AN_EDITION = 20
# How many readers follow one topic, two and so on, in percent; the first topic of the form is
# twice as popular as the second, three times as the third (Zipf).
_TOPICS = (30, 25, 18, 11, 7, 4.5, 2.7, 1.8)
# Composing for 100,000 such readers makes 14,000 editions, of which the most common thousand go to
# seven readers in ten. Zipf's law with as many says the same.
_EDITIONS_A_READER = 0.14
_WINDOW = dt.timedelta(hours=18)

DELIVERIES = """
INSERT INTO newsletter_delivery
       (subscriber_id, edition_id, bundle_id, date, attempts, state, reason, message_id)
SELECT subscriber, edition, bundle, %(date)s, 0, 'planned', '', ''
  FROM unnest(%(subscribers)s::bigint[], %(editions)s::bigint[], %(bundles)s::bigint[])
    AS planned (subscriber, edition, bundle)
"""


def compose(readers: int, *, shared: bool) -> None:
    """Store what is there after composing, with lists as readers share them, or to each her own."""
    now = timezone.now()
    rng = random.Random(readers)  # noqa: S311 - a made-up morning is no secret
    with transaction.atomic(), connection.cursor() as cursor:
        _store_papers(now.date())
        cursor.execute(READERS, {"readers": readers, "most": PAPERS_AN_EDITION, "hour": HOUR})
        numbers = [*_numbers(readers, shared=shared)]
        editions = _store_editions(rng, numbers[-1] + 1, now)
        planned: dict[str, Any] = {
            "date": now.date(),
            "subscribers": rng.sample(range(1, readers + 1), readers),
            "editions": [editions[number] for number in numbers],
            "bundles": _store_bundles(readers, now),
        }
        cursor.execute(DELIVERIES, planned)
        Morning.objects.create(date=now.date(), due=readers)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _store_papers(date: dt.date) -> None:
    maker = PaperMaker(PAPERS)
    papers = (
        Paper(
            title=maker.title(number),
            abstract=maker.abstract(),
            authors=maker.authors(),
            url=f"https://arxiv.org/abs/2603.{number:05}",
            first_listed_on=date,
        )
        for number in range(PAPERS)
    )
    match_anew(Paper.objects.bulk_create(papers))


def _numbers(readers: int, *, shared: bool) -> Iterator[int]:
    """Yield the number of each reader's edition, in order; the most common one is 0."""
    if not shared:
        yield from range(readers)
        return
    shares = [*accumulate(1 / rank for rank in range(1, round(readers * _EDITIONS_A_READER) + 1))]
    for reader in range(readers):
        yield bisect(shares, reader / readers * shares[-1])


def _store_editions(rng: random.Random, count: int, now: dt.datetime) -> list[int]:
    lists = _lists(rng)
    editions = Edition.objects.bulk_create(
        (
            Edition(key=_key(papers, topics), paper_ids=papers, topic_ids=topics, composed_at=now)
            for papers, topics in (next(lists) for _ in range(count))
        ),
        batch_size=1_000,
    )
    return [edition.pk for edition in editions]


def _lists(rng: random.Random) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the papers of editions, and the topics that chose them."""
    papers = defaultdict[int, list[int]](list)
    for topic, paper in PaperTopic.objects.order_by("pk").values_list("topic", "paper"):
        papers[topic].append(paper)
    topics = [topic.pk for topic in Topic.objects.catalogue() if topic.pk in papers]
    popularity = [1 / place for place in range(1, len(topics) + 1)]
    while True:
        wanted = rng.choices(range(1, len(_TOPICS) + 1), _TOPICS)[0]
        followed, found = set[int](), dict[int, None]()
        while len(followed) < wanted or len(found) < PAPERS_AN_EDITION:
            followed.add(topic := rng.choices(topics, popularity)[0])
            found |= dict.fromkeys(papers[topic])
        yield rng.sample([*found], PAPERS_AN_EDITION), sorted(followed)


def _key(papers: Sequence[int], topics: Sequence[int]) -> bytes:
    return hashlib.sha256(f"{papers}{topics}".encode()).digest()


def _store_bundles(readers: int, now: dt.datetime) -> list[int]:
    """Store as many bundles as there must be; return the bundle of each delivery."""
    bundles = Bundle.objects.bulk_create(
        Bundle(date=now.date(), composed_at=now, ready_at=now, closes_at=now + _WINDOW)
        for _ in range(0, readers, BUNDLE_SIZE)
    )
    return [bundles[number // BUNDLE_SIZE].pk for number in range(readers)]
