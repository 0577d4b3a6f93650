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
from newsletter.compose.lists import EMPTY_KEY
from newsletter.models import Breaker, Bundle, Delivery, Edition, Event, Halt, Heartbeat, Morning
from subscribers import addresses, mornings
from subscribers.models import (
    Departure,
    Feedback,
    Letter,
    Subscriber,
    Subscription,
    Suppression,
)

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
    next_due_at = fields.pop("next_due_at", NOW + ONE_DAY if state == Reader.ACTIVE else None)
    email = fields.pop("email", f"reader{next(_numbers)}@example.org")
    usual = {
        "fingerprint": addresses.fingerprint(email),
        "created_at": NOW - ONE_DAY,
        "confirmed_at": None if state == Reader.PENDING else NOW - ONE_DAY,
        "paused_until": NOW + ONE_DAY if state == Reader.PAUSED else None,
        "unsubscribed_at": NOW if state == Reader.UNSUBSCRIBED else None,
    }
    made = Subscriber.objects.create(email=email, state=state, **usual | fields)
    if next_due_at:
        mornings.expect([made.pk], next_due_at)
    return made


def subscription(**fields: Any) -> Subscription:
    fields.setdefault("since", DATE)
    made = Subscription.objects.create(**_with(fields, subscriber=subscriber, topic=topic))
    mornings.note_choice(made.subscriber)
    return made


def suppression(address: str = "", **fields: Any) -> Suppression:
    address = address or f"gone{next(_numbers)}@example.org"
    usual = {"reason": Suppression.Reason.BOUNCED, "created_at": NOW}
    return Suppression.objects.create(fingerprint=addresses.fingerprint(address), **usual | fields)


def feedback(**fields: Any) -> Feedback:
    usual = {"verdict": Feedback.Verdict.MORE, "given_at": NOW} | fields
    return Feedback.objects.create(**_with(usual, subscriber=subscriber, paper=paper))


def departure(**fields: Any) -> Departure:
    usual = {"left_on": DATE, "reason": Departure.Reason.OTHER}
    return Departure.objects.create(**usual | fields)


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


def empty_edition() -> Edition:
    """Make the one that tells weekly readers that there was nothing new."""
    return Edition.objects.create(key=EMPTY_KEY, paper_ids=[], topic_ids=[], composed_at=NOW)


def bundle(**fields: Any) -> Bundle:
    """Make a bundle that may be claimed; `held=True` has a worker hold it."""
    held = (
        {"claim": uuid.uuid4(), "lease_until": NOW + ONE_DAY} if fields.pop("held", False) else {}
    )
    times = {"composed_at": NOW, "ready_at": NOW, "closes_at": NOW + ONE_DAY}
    return Bundle.objects.create(**{"date": DATE} | times | held | fields)


def delivery(state: str = Post.PLANNED, **fields: Any) -> Delivery:
    """Make a delivery with what its state needs, in a bundle of its own unless one is given."""
    usual = {"date": DATE, "sent_at": NOW if state == Post.SENT else None} | fields
    if "bundle" not in usual:
        usual["bundle"] = bundle(date=usual["date"], is_settled=state != Post.PLANNED)
    needed = {"subscriber": subscriber} | ({} if state == Post.SKIPPED else {"edition": edition})
    return Delivery.objects.create(state=state, **_with(usual, **needed))


def event(kind: str = Event.Kind.DELIVERED, **fields: Any) -> Event:
    """Make what the provider told of a delivery, to its reader unless `recipient` is another."""
    fields = _with(fields, delivery=lambda: delivery(Post.UNCERTAIN))
    reader = fields["delivery"] and fields["delivery"].subscriber
    usual = {
        "provider": "Postmark",
        "key": next(_numbers).to_bytes(32),
        "recipient": reader.fingerprint if reader else None,
        "happened_at": NOW,
        "received_at": NOW,
    }
    return Event.objects.create(kind=kind, **usual | fields)


def morning(**fields: Any) -> Morning:
    fields.setdefault("date", DATE)
    return Morning.objects.create(**fields)


def halt(cause: str = Halt.Cause.OPERATOR, **fields: Any) -> Halt:
    return Halt.objects.create(cause=cause, **{"since": NOW} | fields)


def breaker(**fields: Any) -> Breaker:
    """Make the breaker of a transport that takes no mail."""
    usual = {"transport": f"transport-{next(_numbers)}", "failures": 3, "reason": "login refused"}
    times = {"opened_at": NOW, "retry_at": NOW + dt.timedelta(minutes=1)}
    return Breaker.objects.create(**usual | times | fields)


def heartbeat(**fields: Any) -> Heartbeat:
    usual = {"name": f"task-{next(_numbers)}", "beaten_at": NOW}
    return Heartbeat.objects.create(**usual | fields)


def _with(fields: dict[str, Any], **makers: Any) -> dict[str, Any]:
    """Add the rows that `fields` lacks, each made by its function."""
    return {name: make() for name, make in makers.items() if name not in fields} | fields
