"""What a draft of a topic's rules would change, as its page shows it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from digests.matching.drafts import MOST_TRIED, Balance, Moved, outcome
from digests.models import Paper, Topic

MOST_PAPERS = 50  # of each side


class Shown(NamedTuple):
    """A paper that would come or go, and the words that speak for it."""

    paper: Paper
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The papers that a topic would gain, or lose: how many, and the newest of them."""

    name: str
    total: int
    shown: list[Shown]


class Other(NamedTuple):
    """Another topic that would gain or lose papers as well."""

    topic: Topic
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft of the rules would change for the papers of the last weeks."""

    sides: tuple[Side, Side]
    others: list[Other]
    most_tried: int | None  # papers, where there were more to try


def try_out(topic: Topic, draft: str, now: dt.datetime) -> Trial:
    """Return what a draft would change; raises RuleError where it cannot be used."""
    found = outcome(topic, draft, now)
    own = found.balances.pop(topic.pk, Balance())
    newest = [*own.gained[:MOST_PAPERS], *own.lost[:MOST_PAPERS]]
    papers = Paper.objects.in_bulk([moved.paper for moved in newest])
    return Trial(
        sides=(_side("Gained", own.gained, papers), _side("Lost", own.lost, papers)),
        others=_others(found.balances),
        most_tried=MOST_TRIED if found.is_cut else None,
    )


def _others(balances: Mapping[int, Balance]) -> list[Other]:
    return [
        Other(topic, len(balances[topic.pk].gained), len(balances[topic.pk].lost))
        for topic in Topic.objects.filter(pk__in=balances)
    ]


def _side(name: str, moved: Sequence[Moved], papers: Mapping[int, Paper]) -> Side:
    # One that was merged or deleted between the two looks is not shown.
    newest = [it for it in moved[:MOST_PAPERS] if it.paper in papers]
    return Side(name, len(moved), [Shown(papers[it.paper], it.because) for it in newest])
