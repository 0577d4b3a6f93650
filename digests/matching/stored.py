"""The topics as they are stored, ready to be found in papers."""

from django.db.models import Count, Sum

from digests.matching.matcher import Matcher
from digests.matching.snapshot import Snapshot, Stamp, StoredTopic
from digests.models import Topic
from digests.models.topic import TopicQuerySet

# One for each process: to build it takes longer than to use it.
_kept: dict[Stamp, Matcher[int]] = {}


def stamp() -> Stamp:
    """Return the stamp of the topics at this moment.

    The newest number would not do: who takes one first may commit last.
    """
    said = Topic.objects.exclude(kind=Topic.Kind.EVERYTHING).aggregate(
        topics=Count("pk"), numbers=Sum("pk", default=0), versions=Sum("version", default=0)
    )
    return Stamp(**said)


def read(topics: TopicQuerySet) -> tuple[StoredTopic, ...]:
    """Return those of some topics that have rules: "everything" needs none."""
    rows = topics.exclude(kind=Topic.Kind.EVERYTHING).order_by("pk")
    columns = ("pk", "kind", "key", "name", "rules", "version")
    return tuple(map(StoredTopic._make, rows.values_list(*columns)))


def snapshot() -> Snapshot:
    """Return all topics that papers are found for, and the stamp of these very rows."""
    topics = read(Topic.objects.all())
    numbers = sum(topic.number for topic in topics)
    versions = sum(topic.version for topic in topics)
    return Snapshot(Stamp(len(topics), numbers, versions), topics)


def matcher() -> tuple[Stamp, Matcher[int]]:
    """Return what finds all topics, and their stamp. It is built when a topic has changed."""
    now = stamp()
    if now not in _kept:
        current = snapshot()
        now = current.stamp
        _kept.clear()
        _kept[now] = current.matcher()
    return now, _kept[now]


def forget() -> None:
    """Have the next matcher built anew, whatever the stamp says."""
    _kept.clear()
