"""Bring the catalogue of `topics.toml` into the database, after every migrate."""

import hashlib
import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from digests.matching import catalogue
from digests.matching.catalogue import CatalogueTopic
from digests.matching.rules.language import RuleError, TopicRules
from digests.matching.weights import judge
from digests.models import Topic

logger = logging.getLogger(__name__)
EVERYTHING = "everything"
EVERYTHING_NAME = gettext_noop("Everything")
EVERYTHING_DESCRIPTION = gettext_noop("Every paper of every digest, whatever it is about.")
# Not `is_offered`: what an operator withdrew stays withdrawn.
FIELDS = [
    "name",
    "group",
    "description",
    "place",
    "rules",
    "has_own_rules",
    "shipped",
    "version",
]


@transaction.atomic
def store_catalogue(**_: Any) -> None:
    """Make the stored topics equal the catalogue, but for rules that an operator changed.

    A topic that left the catalogue is no longer offered; who follows it goes on receiving what
    its rules find. Also the handler of Django's `post_migrate` signal.
    """
    stored = {topic.key: topic for topic in Topic.objects.catalogue().select_for_update()}
    shared = _shared()
    rows = [
        _row(stored.get(topic.slug), topic, place, shared)
        for place, topic in enumerate(catalogue.load().topics, start=1)
    ]
    gone = stored.keys() - {row.key for row in rows}
    Topic.objects.catalogue().filter(key__in=gone).update(is_offered=False)
    rows.append(
        Topic(
            key=EVERYTHING,
            kind=Topic.Kind.EVERYTHING,
            name=EVERYTHING_NAME,
            description=EVERYTHING_DESCRIPTION,
            matched_version=1,
        )
    )
    Topic.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "key"], update_fields=FIELDS
    )


def shipped_rules(topic: Topic) -> str:
    """Return the rules that a topic of the catalogue comes with; "" for one that left it."""
    rules = {it.slug: it.rules for it in catalogue.load().topics}
    return rules.get(topic.key, "")


def _row(stored: Topic | None, topic: CatalogueTopic, place: int, shared: str) -> Topic:
    """Return a topic's row. Where it would find other papers than before, its version rises."""
    shipped = hashlib.sha256(f"{shared}{topic.rules}".encode()).hexdigest()
    own = stored.rules if stored and _has_good_rules(stored) else ""
    version = 1
    if stored:
        version = stored.version + ((stored.shipped, stored.rules) != (shipped, own or topic.rules))
    return Topic(
        key=topic.slug,
        kind=Topic.Kind.CATALOGUE,
        name=topic.name,
        group=topic.group,
        description=topic.description,
        place=place,
        rules=own or topic.rules,
        has_own_rules=bool(own),
        shipped=shipped,
        version=version,
    )


def _has_good_rules(stored: Topic) -> bool:
    """Tell whether a topic has rules of an operator that this version can read.

    Those that it cannot would stop all matching; they stay in the topic's history.
    """
    try:
        return stored.has_own_rules and bool(TopicRules.parse(stored.rules))
    except RuleError as error:
        logger.warning("The shipped rules of %s take the place of yours: %s", stored.key, error)
        return False


def _shared() -> str:
    """Return what decides about the papers of all topics, as a hash."""
    said = judge.FILE.read_bytes() + repr(catalogue.load().friends).encode()
    return hashlib.sha256(said).hexdigest()
