"""Find a few of readers' own words in many papers: what `OwnFinder` finds, many times faster.

That one cuts each paper into words and looks them up, whether there are three phrases or 100,000.
A few are looked for the other way around: first by their letters alone, which hardly any paper
has, then as they are usually written; and `OwnFinder` is asked only where that cannot tell.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from digests.matching.own.finder import OwnFinder
from digests.matching.own.words import OwnKind, OwnTopic, letters
from digests.matching.paper_text import NAME_END, PaperText


class _Look(NamedTuple):
    """How a topic looks in a paper that surely says it, its letters alone, and all it may be."""

    topic: OwnTopic
    sure: str
    letters: str
    possible: re.Pattern[str] | None = None

    @classmethod
    def of(cls, topic: OwnTopic) -> Self:
        """Return the looks of words; of a name there is only one."""
        is_author = topic.kind is OwnKind.AUTHOR
        sure = f" {NAME_END} {topic.said} {NAME_END} " if is_author else f" {topic.said} "
        if topic.kind is not OwnKind.WORDS:
            return cls(topic, sure, letters(sure))
        spaced = " ?".join(map(re.escape, letters(sure)))
        return cls(topic, sure, letters(sure), re.compile(f" {spaced} "))


class FewFinder:
    """The topics that a reader is about to choose."""

    def __init__(self, topics: Iterable[OwnTopic]) -> None:
        self._looks = [*map(_Look.of, topics)]
        self._finder = OwnFinder({look.topic: look.topic for look in self._looks})

    def find(self, text: PaperText) -> set[OwnTopic]:
        """Return the topics that a paper says."""
        line = f" {text.line} ".replace("-", " ")
        said = letters(line)
        looks = [look for look in self._looks if look.letters in said]
        # The line has names too, and a category may look like a word: #robotics.
        found = {it.topic for it in looks if it.sure in (text.written if it.possible else line)}
        doubtful = [it.possible for it in looks if it.possible and it.topic not in found]
        if any(possible.search(text.open) for possible in doubtful):
            found.update(self._finder.find(text))
        return found
