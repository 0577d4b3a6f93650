"""What was changed of a topic's rules, as lines that were added and removed."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from digests.matching.changes import tidied
from digests.matching.topics import shipped_rules
from digests.models import RuleChange, Topic

MOST_CHANGES = 30


class DiffLine(NamedTuple):
    """A line that was added or removed."""

    is_added: bool
    text: str


class Change(NamedTuple):
    """A change of the rules, and what it did to those before it."""

    change: RuleChange
    diff: list[DiffLine]


def history(topic: Topic) -> list[Change]:
    """Return the newest changes of a topic's rules, each against those before it."""
    changes = [*topic.changes.select_related("changed_by")[: MOST_CHANGES + 1]]
    before = [change.rules for change in changes[1:]]
    if len(changes) <= MOST_CHANGES:
        before.append(shipped_rules(topic))
    return [
        Change(change, diff(rules, change.rules))
        for change, rules in zip(changes, before, strict=False)
    ]


def diff(before: str, after: str) -> list[DiffLine]:
    """Return the lines that only one of two rules has, in their order."""
    return [*_diff(tidied(before).splitlines(), tidied(after).splitlines())]


def _diff(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    for tag, *(start, end, new_start, new_end) in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield from (DiffLine(is_added=False, text=text) for text in before[start:end])
            yield from (DiffLine(is_added=True, text=text) for text in after[new_start:new_end])
