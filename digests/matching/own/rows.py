"""The rows of what readers typed: the same words are one row, there while anybody wants them."""

from collections.abc import Collection

from django.db import transaction

from digests.matching.own.words import OwnKind, OwnTopic
from digests.models import Topic
from digests.models.topic import TopicQuerySet
from digests.papers_lock import lock_papers
from digests.rows import write


def typed(topic: Topic) -> OwnTopic:
    """Return what was typed to make a row."""
    return OwnTopic(OwnKind(topic.kind), topic.key, topic.name)


def take(topics: Collection[OwnTopic]) -> dict[OwnTopic, int]:
    """Return the row of each, made where there is none, and keep it until the transaction ends.

    The papers of a new one are found by the next `rematch`.
    """
    rows = [
        {"kind": own.kind.value, "key": own.key, "name": own.name}
        # In one order, or two readers who type the same words at once could wait for each other.
        for own in sorted(topics, key=lambda own: (own.kind.value, own.key))
    ]
    wanted = {(row["kind"], row["key"]) for row in rows}
    taken: dict[tuple[str, str], int] = {}
    while wanted - taken.keys():  # as good as always once: one may be dropped in between
        write(INSERT, rows)
        taken = {(kind, key): number for number, kind, key in write(KEEP, rows)}
    return {own: taken[own.kind.value, own.key] for own in topics}


@transaction.atomic
def drop(unwanted: TopicQuerySet) -> int:
    """Delete topics that still are unwanted once nobody can take them; return how many went."""
    lock_papers()  # or an ingest could be about to store papers for one of them
    free = unwanted.select_for_update(skip_locked=True, of=("self",))
    locked = [*free.values_list("pk", flat=True)]
    # One may have been taken between the look and the lock: the second look sees that.
    gone = [*unwanted.filter(pk__in=locked).values_list("pk", flat=True)]
    Topic.objects.filter(pk__in=gone).delete()
    return len(gone)


INSERT = """
INSERT INTO digests_topic (kind, key, name, "group", description, place, is_offered, rules,
                           has_own_rules, shipped, version, matched_version)
SELECT kind, key, name, '', '', 0, false, '', false, '', 1, 0
  FROM json_populate_recordset(NULL::digests_topic, %(rows)s)
    ON CONFLICT (kind, key) DO NOTHING
"""

# The lock is the one that a foreign key takes; ours is deferred, so it would come too late.
KEEP = """
SELECT topic.id, kind, key
  FROM digests_topic topic
  JOIN json_populate_recordset(NULL::digests_topic, %(rows)s) AS typed USING (kind, key)
   FOR KEY SHARE OF topic
"""
