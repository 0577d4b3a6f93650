"""Why a paper is there, as pages say it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from digests.models import PaperTopic, Topic


class Reason(NamedTuple):
    """A topic that brings a paper, and all words of the paper that say so, best first."""

    topic: Topic
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a reader calls the topic, in her language."""
        return self.topic.shown_name


def reasons_of(papers: Collection[int]) -> Mapping[int, list[Reason]]:
    """Return which topics of the catalogue bring each of these papers, in its order: one query.

    What readers typed themselves is nobody else's business, though papers are matched with it too.
    """
    rows = PaperTopic.objects.filter(paper__in=papers, topic__kind=Topic.Kind.CATALOGUE)
    found = defaultdict[int, list[Reason]](list)
    for row in rows.select_related("topic").order_by("topic__place", "topic__key"):
        found[row.paper_id].append(Reason(row.topic, tuple(row.because)))
    return found
