"""Why a paper is there, as pages say it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

from digests.models import PaperTopic, Topic


class Reason(NamedTuple):
    """A topic that brings a paper, and all words of the paper that say so, best first."""

    topic: Topic
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a reader calls the topic, in her language."""
        return self.topic.shown_name

    @property
    def kind(self) -> str:
        """How papers come to the topic."""
        return self.topic.kind


class OfSomeKind(Protocol):
    """Whatever names a topic as a reason."""

    @property
    def kind(self) -> str:
        """How papers come to the topic."""


R = TypeVar("R", bound=OfSomeKind)


def reasons_of(papers: Collection[int]) -> Mapping[int, list[Reason]]:
    """Return which topics of the catalogue bring each of these papers, in its order: one query.

    What readers typed themselves is nobody else's business, though papers are matched with it too.
    """
    rows = PaperTopic.objects.filter(paper__in=papers, topic__kind=Topic.Kind.CATALOGUE)
    found = defaultdict[int, list[Reason]](list)
    for row in rows.select_related("topic").order_by("topic__place", "topic__key"):
        found[row.paper_id].append(Reason(row.topic, tuple(row.because)))
    return found


def worth_saying(reasons: Sequence[R]) -> Sequence[R]:
    """Return the reasons without "everything", which is one only where there is no better one."""
    better = [reason for reason in reasons if reason.kind != Topic.Kind.EVERYTHING]
    return better or reasons
