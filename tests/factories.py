"""Rows for tests, one function a model. What a test does not name gets a plausible value."""

import datetime as dt
import hashlib
import itertools
import uuid
from typing import Any

from digests.identity.names import AliasKind
from digests.matching.own import words as own_words
from digests.models import Alias, Digest, DigestPaper, Paper, PaperTopic, Source, Topic
from digests.text import title_key
from newsletter.models import Delivery, Edition, Heartbeat, Morning
from subscribers import addresses
from subscribers.models import Letter, Subscriber, Subscription, Suppression

DATE = dt.date(2026, 3, 16)  # a Monday
NOW = dt.datetime(2026, 3, 16, 7, 30, tzinfo=dt.UTC)
ONE_DAY = dt.timedelta(days=1)
Reader, Post = Subscriber.State, Delivery.State

_numbers = itertools.count(1)


def source(**fields: Any) -> Source:
    number = next(_numbers)
    return Source.objects.create(
        **{"slug": f"source-{number}", "name": f"Source {number}"} | fields
    )


def paper(**fields: Any) -> Paper:
    """Make a paper that is known by its title; `arxiv` gives it an arXiv id as well."""
    title = fields.pop("title", f"Paper Number {next(_numbers)}")
    names = {AliasKind.TITLE: title_key(title), AliasKind.ARXIV: fields.pop("arxiv", "")}
    usual = {"abstract": "Tests need rows.", "first_listed_on": DATE}
    made = Paper.objects.create(title=title, **usual | fields)
    for kind, value in names.items():
        if value:
            Alias.objects.create(paper=made, kind=kind, value=value)
    return made


def digest(**fields: Any) -> Digest:
    fields.setdefault("date", DATE)
    return Digest.objects.create(**_with(fields, source=source))


def digest_paper(**fields: Any) -> DigestPaper:
    fields.setdefault("place", next(_numbers))
    fields.setdefault("listed_at", NOW)
    return DigestPaper.objects.create(**_with(fields, digest=digest, paper=paper))


def topic(**fields: Any) -> Topic:
    """Make a topic beside those of the catalogue, which every test database holds."""
    number = next(_numbers)
    usual = {"key": f"topic-{number}", "name": f"Topic {number}", "rules": f"words of it {number}"}
    return Topic.objects.create(**{**usual, "matched_version": 1} | fields)


def own_topic(typed: str = "", **fields: Any) -> Topic:
    """Make the topic of what a reader typed; words, unless `kind` is another."""
    kind, name = fields.pop("kind", Topic.Kind.WORDS), typed or f"own words {next(_numbers)}"
    keys = {
        Topic.Kind.WORDS: own_words.key_of_words,
        Topic.Kind.AUTHOR: own_words.key_of_author,
        Topic.Kind.CATEGORY: own_words.key_of_category,
    }
    usual = {"name": name, "key": keys[kind](name), "is_offered": False, "matched_version": 1}
    return Topic.objects.create(kind=kind, **usual | fields)


def paper_topic(**fields: Any) -> PaperTopic:
    fields.setdefault("because", ["diffusion model"])
    return PaperTopic.objects.create(**_with(fields, paper=paper, topic=topic))


def subscriber(state: str = Reader.ACTIVE, **fields: Any) -> Subscriber:
    """Make a subscriber with what her state needs; an active one's next morning is tomorrow."""
    email = fields.pop("email", f"reader{next(_numbers)}@example.org")
    usual = {
        "fingerprint": addresses.fingerprint(email),
        "created_at": NOW - ONE_DAY,
        "confirmed_at": None if state == Reader.PENDING else NOW - ONE_DAY,
        "next_due_at": NOW + ONE_DAY if state == Reader.ACTIVE else None,
        "paused_until": NOW + ONE_DAY if state == Reader.PAUSED else None,
        "unsubscribed_at": NOW if state == Reader.UNSUBSCRIBED else None,
    }
    return Subscriber.objects.create(email=email, state=state, **usual | fields)


def subscription(**fields: Any) -> Subscription:
    fields.setdefault("since", DATE)
    return Subscription.objects.create(**_with(fields, subscriber=subscriber, topic=topic))


def suppression(address: str = "", **fields: Any) -> Suppression:
    address = address or f"gone{next(_numbers)}@example.org"
    usual = {"reason": Suppression.Reason.BOUNCED, "created_at": NOW}
    return Suppression.objects.create(fingerprint=addresses.fingerprint(address), **usual | fields)


def letter(**fields: Any) -> Letter:
    usual = {"kind": Letter.Kind.LINK, "requested_at": NOW, "next_attempt_at": NOW}
    return Letter.objects.create(**_with(usual | fields, subscriber=subscriber))


def edition(*papers: Paper, **fields: Any) -> Edition:
    """Make the edition of `papers`, or of one paper, chosen by one topic or those given."""
    papers = papers or (paper(),)
    fields.setdefault("topic_ids", [topic().pk])
    ids = [paper.pk for paper in papers]
    key = hashlib.sha256(f"{ids}{fields['topic_ids']}".encode()).digest()
    for chosen in papers:
        if not chosen.topics.filter(topic__in=fields["topic_ids"]).exists():
            chosen.topics.create(topic_id=fields["topic_ids"][0])
    return Edition.objects.create(**{"paper_ids": ids, "key": key, "composed_at": NOW} | fields)


def delivery(state: str = Post.PLANNED, **fields: Any) -> Delivery:
    """Make a delivery with the edition, the claim and the times that its state needs."""
    is_held = state in (Post.CLAIMED, Post.SENDING)
    usual = {
        "date": DATE,
        "claim": uuid.uuid4() if is_held else None,
        "lease_until": NOW + ONE_DAY if is_held else None,
        "sent_at": NOW if state == Post.SENT else None,
        "next_attempt_at": NOW,
        "closes_at": NOW + ONE_DAY,
        "composed_at": NOW,
    }
    needed = {"subscriber": subscriber} | ({} if state == Post.SKIPPED else {"edition": edition})
    return Delivery.objects.create(state=state, **_with(usual | fields, **needed))


def morning(**fields: Any) -> Morning:
    fields.setdefault("date", DATE)
    return Morning.objects.create(**fields)


def heartbeat(**fields: Any) -> Heartbeat:
    usual = {"name": f"task-{next(_numbers)}", "beaten_at": NOW}
    return Heartbeat.objects.create(**usual | fields)


def _with(fields: dict[str, Any], **makers: Any) -> dict[str, Any]:
    """Add the rows that `fields` lacks, each made by its function."""
    return {name: make() for name, make in makers.items() if name not in fields} | fields
