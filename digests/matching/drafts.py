"""Tell what rules would change before they are saved: papers that topics would gain and lose."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from digests.matching import stored
from digests.matching.paper_text import PaperText
from digests.matching.rematch import first_day, wordings
from digests.matching.rules.finder import RuleFinder
from digests.matching.rules.language import Phrase, Sort, TopicRules
from digests.matching.snapshot import StoredTopic, matcher_of
from digests.models import Topic

# A few seconds' work. A month may bring 15,000 papers, but few changes of rules touch as many.
MOST_TRIED = 4000


class Moved(NamedTuple):
    """A paper that a topic gains or loses, and the phrases that speak for it there."""

    paper: int
    because: tuple[str, ...]


@dataclass(slots=True)
class Balance:
    """The papers that a topic gains and loses, newest first."""

    gained: list[Moved] = field(default_factory=list)
    lost: list[Moved] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What each topic would gain and lose, by number; who would do neither is left out."""

    balances: dict[int, Balance] = field(default_factory=dict)
    is_cut: bool = False  # there are older papers that were not tried


def outcome(topic: Topic, draft: str, now: dt.datetime) -> Outcome:
    """Return what would change if this topic had the rules of a draft.

    Others may change as well: what one topic says counts less where others say much. Only papers
    of the last weeks are tried, those that `rematch` would match. Raises RuleError for a draft
    that cannot be used, and where the rules of a topic cannot that are stored.
    """
    TopicRules.parse(draft)
    before = stored.read(Topic.objects.catalogue())
    after = [it._replace(rules=draft) if it.number == topic.pk else it for it in before]
    return compare(wordings(first_day(now)), before, after)


def compare(
    papers: Iterable[tuple[int, PaperText]],
    before: Sequence[StoredTopic],
    after: Sequence[StoredTopic],
) -> Outcome:
    """Return what the same topics gain and lose by other rules, of papers that come newest first.

    Matching takes long. So it is done for papers that say a phrase which only one side has, as
    all others stay where they are; and for `MOST_TRIED` of them.
    """
    touching = RuleFinder({None: _changed_phrases(before, after)}, friends=())
    touched = (paper for paper in papers if touching.hear(paper[1])[0])
    old, new = matcher_of(before), matcher_of(after)
    found: defaultdict[int, Balance] = defaultdict(Balance)
    for paper, text in islice(touched, MOST_TRIED):
        had, has = old.match(text), new.match(text)
        for number in has.keys() - had.keys():
            found[number].gained.append(Moved(paper, has[number]))
        for number in had.keys() - has.keys():
            found[number].lost.append(Moved(paper, had[number]))
    return Outcome(dict(found), is_cut=next(touched, None) is not None)


def _changed_phrases(before: Sequence[StoredTopic], after: Sequence[StoredTopic]) -> TopicRules:
    """Return the phrases that only one side has, as what finds each paper that says one."""
    changed: dict[Phrase, None] = {}
    for old, new in zip(before, after, strict=True):
        if old.rules != new.rules:
            sides = {*old.parsed().phrases} ^ {*new.parsed().phrases}
            changed.update({Phrase(it.text, it.forms): None for _, it in sides})
    return TopicRules(tuple((Sort.ALWAYS, phrase) for phrase in changed))
