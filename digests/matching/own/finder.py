"""Find what readers typed: as many phrases as there are readers, so they lie in a dictionary.

A phrase is looked up by its letters, without spaces and hyphens: `flow matching`, `flow-matching`
and `flowmatching` are one look-up. A dictionary of 100,000 phrases is made in 0.2 s, where an
automaton takes four times as long and as much memory, and one is made whenever a reader types
something new.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from digests.matching.own.words import OwnKind, OwnTopic, letters
from digests.matching.paper_text import PaperText

K = TypeVar("K")

_HEAD = 6  # letters: by so many of its first ones it is known how long a phrase can be here


class OwnFinder(Generic[K]):
    """The words, authors and categories of readers, each found wherever it is said once."""

    def __init__(self, own: Mapping[K, OwnTopic]) -> None:
        self._own = own
        self._by_letters: dict[str, tuple[K, ...]] = {}
        self._by_name: dict[str, K] = {}
        for topic, typed in own.items():
            if typed.kind is OwnKind.WORDS:
                own_letters = letters(typed.key)
                self._by_letters[own_letters] = (*self._by_letters.get(own_letters, ()), topic)
            else:
                self._by_name[typed.said] = topic
        self._shorts = max((len(it) for it in self._by_letters if len(it) < _HEAD), default=0)
        self._longest = _longest(self._by_letters)

    def find(self, text: PaperText) -> dict[K, str]:
        """Return the topics that a paper says, each as it was typed."""
        said = dict.fromkeys((*text.names, *text.categories))
        found = {topic for it in said if (topic := self._by_name.get(it)) is not None}
        for field in (text.title, text.abstract) if self._by_letters else ():
            self._find_words(_Run(field), found)
        return {topic: self._own[topic].name for topic in found}

    def _find_words(self, run: "_Run", found: set[K]) -> None:
        said, edges = run.letters, run.edges
        for first, start in enumerate(edges):
            longest = self._longest.get(said[start : start + _HEAD], self._shorts)
            for last in range(first + 1, bisect_right(edges, start + longest)):
                for topic in self._by_letters.get(said[start : edges[last]], ()):
                    if topic not in found and self._says(run, topic, first, last):
                        found.add(topic)

    def _says(self, run: "_Run", topic: K, first: int, last: int) -> bool:
        return run.says(self._own[topic].key.split(" "), run.edges[first : last + 1])


class _Run:
    """The words of a title or an abstract with nothing between them."""

    def __init__(self, field: str) -> None:
        words = field.replace("-", " ").split()
        self.written = "".join(words)
        self.letters = self.written.lower()
        # Where words begin, and the last one ends; of these, where there is a space.
        self.edges = [*accumulate(map(len, words), initial=0)]
        self._spaces = {*accumulate(len(it) - it.count("-") for it in field.split())}

    def says(self, key: Sequence[str], edges: Sequence[int]) -> bool:
        """Tell whether the words between these edges, which have a key's letters, are the key.

        No word of the key may have a space within it, and its acronyms must be in capitals; but
        where the paper joins one to its neighbour, as in `GPT4`, this cannot be told.
        """
        own = [*accumulate(map(len, key), initial=edges[0])]
        if any(place in self._spaces and place not in own for place in edges[1:-1]):
            return False
        return all(
            not word.isupper()
            or self.written[start:end] == word
            or not (start in edges and end in edges)
            for word, (start, end) in zip(key, pairwise(own), strict=True)
        )


def _longest(all_letters: Mapping[str, object]) -> dict[str, int]:
    """Return how many letters the longest phrase has that begins with each head."""
    longest: dict[str, int] = {}
    for phrase in all_letters:
        head = phrase[:_HEAD]
        longest[head] = max(len(phrase), longest.get(head, 0))
    return longest
