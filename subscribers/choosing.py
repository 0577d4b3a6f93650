"""What a reader wants: papers on what, when, how many, how long; and the verbs that keep it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from config.languages import USUAL_LANGUAGE
from digests.matching.own import rows as own_topics
from digests.matching.own.words import OwnTopic
from digests.models import Topic
from subscribers import mornings
from subscribers.models import USUAL_PAPERS, Subscriber, Subscription
from subscribers.schedule import Schedule

# The fields of a reader that she chooses.
CHOSEN = (
    "time_zone",
    "hour",
    "days",
    "max_papers",
    "abstracts",
    "language",
    "hears_of_silence",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader wants: topics that are offered, her own words, and what shall stay away."""

    topics: Collection[Topic]
    own: Collection[OwnTopic] = ()
    excluded: Collection[OwnTopic] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that a reader can ask of us: what she reads, when it comes, how much of it, and how.

    Of silence only who reads weekly can hear.
    """

    choice: Choice
    schedule: Schedule
    max_papers: int = USUAL_PAPERS
    abstracts: str = Subscriber.Abstracts.SHORT
    language: str = USUAL_LANGUAGE
    hears_of_silence: bool = False


def choice_of(subscriber: Subscriber) -> Choice:
    """Return what she wants at present: topics in the form's order, her own in hers."""
    topics, own, excluded = list[Topic](), list[OwnTopic](), list[OwnTopic]()
    rows = subscriber.subscriptions.select_related("topic")
    for row in rows.order_by("topic__place", "pk"):
        if row.topic.kind not in Topic.OWN:
            topics.append(row.topic)
        else:
            (excluded if row.excludes else own).append(own_topics.typed(row.topic))
    return Choice(topics, own, excluded)


@transaction.atomic
def follow(subscriber: Subscriber, choice: Choice, now: dt.datetime) -> None:
    """Make `choice` what she wants. What is new in it starts today; the rest keeps its date."""
    numbers = own_topics.take([*choice.own, *choice.excluded])
    followed = [topic.pk for topic in choice.topics] + [numbers[own] for own in choice.own]
    excluded = [numbers[own] for own in choice.excluded]
    kept = Q(topic__in=followed, excludes=False) | Q(topic__in=excluded, excludes=True)
    subscriber.subscriptions.exclude(kept).delete()
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber=subscriber, topic_id=number, since=now.date(), excludes=excludes
            )
            for chosen, excludes in ((followed, False), (excluded, True))
            for number in chosen
        ],
        ignore_conflicts=True,
    )
    mornings.note_choice(subscriber)


@transaction.atomic
def choose(subscriber: Subscriber, wishes: Wishes, now: dt.datetime) -> None:
    """Have it her way."""
    reader = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    schedule = wishes.schedule
    reader.time_zone, reader.hour, reader.days = schedule.time_zone, schedule.hour, schedule.days
    reader.max_papers, reader.abstracts = wishes.max_papers, wishes.abstracts
    reader.language = wishes.language
    reader.hears_of_silence = wishes.hears_of_silence and schedule.is_weekly
    reader.save(update_fields=CHOSEN)
    follow(reader, wishes.choice, now)
    due_at = reader.next_due_at
    if due_at and due_at > now:  # a morning that has begun and is not composed stays hers
        mornings.expect([reader.pk], schedule.first_due(now))


def forget_unfollowed() -> int:
    """Delete the own words that nobody follows or excludes any more; return how many went."""
    left = Topic.objects.own().filter(~Exists(Subscription.objects.filter(topic=OuterRef("pk"))))
    return own_topics.drop(left) if left.exists() else 0
