"""Weigh what a paper says for a topic: trained weights over its words and the topic's phrases.

A paper is a vector of its words (tf-idf, those of the title once more, of length 1), and for each
topic four numbers that sum up which of the topic's phrases it says, how often, and where. Of these
the weights make a score, which is above 0 where the topic should be sent the paper. They are made
out of judged papers by `manage.py train_topics`; see `digests.matching.weights.training`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import count
from operator import itemgetter, mul
from pathlib import Path
from typing import Self, TypeAlias

import msgspec

from digests.matching.hits import Hits

FILE = Path(__file__).with_name("weights.json")
TITLE_WEIGHT = 1.3
# The four numbers grow with the phrases, while the words' vector always has length 1.
POINTS_WEIGHT = 0.1
SHARE_WEIGHT = 3.0
# Where the reasons are put in order: what a phrase's rarity counts for beside its words, and how
# much more one is worth in the title.
RARITY_WORTH, TITLE_WORTH = 0.1, 2.0
NO_POINTS = (0.0, 0.0, 0.0, 0.0)


# The phrases of each topic that a paper says.
Evidence: TypeAlias = Mapping[str, Mapping[str, Hits]]
Points: TypeAlias = tuple[float, float, float, float]


class Word(msgspec.Struct, frozen=True, array_like=True):
    """In how many of the papers a word stood, and its weights: a signed byte for each topic."""

    papers: int
    weights: bytes = b""


class TopicWeights(msgspec.Struct, frozen=True):
    """What was learnt of one topic.

    `scale` is what a byte of its words' weights stands for, `points` the weights of the four
    numbers, `phrases` in how many of the papers each of its phrases stood.
    """

    phrases: dict[str, int]
    bias: float = 0.0
    scale: float = 0.0
    points: Points = NO_POINTS


class Weights(msgspec.Struct, frozen=True):
    """What was learnt from so many judged `papers`; a word's bytes are in the order of `topics`."""

    papers: int
    topics: dict[str, TopicWeights]
    words: dict[str, Word]
    title_words: dict[str, Word]

    @classmethod
    def load(cls) -> Self:
        """Read the project's weights."""
        return msgspec.json.decode(FILE.read_bytes(), type=cls)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A word that has weights, of any text or of titles; each has a `number` of its own."""

    number: int
    word: str
    idf: float
    weights: tuple[int, ...]


class Judge:
    """The weights at work."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.columns = {topic: column for column, topic in enumerate(weights.topics)}
        numbers = count()
        self._words = _terms(weights.words, weights.papers, numbers)
        self._title_words = _terms(weights.title_words, weights.papers, numbers)
        self._rarities = {
            topic: {phrase: self._rarity(papers) for phrase, papers in own.phrases.items()}
            for topic, own in weights.topics.items()
        }
        self._rarest = self._rarity(1)

    def hear(self, title: Iterable[str], abstract: Iterable[str], evidence: Evidence) -> "Opinion":
        """Return what the weights make of the words and the evidence of a paper."""
        return Opinion(self, self.vector(title, abstract), self.points(evidence))

    def vector(self, title: Iterable[str], abstract: Iterable[str]) -> dict[Term, float]:
        """Return the terms of a paper with their values, of which the squares add up to 1."""
        in_title = [*title]
        counts = Counter(in_title)
        counts.update(abstract)
        values = {
            term: term.idf if often == 1 else (1 + math.log(often)) * term.idf
            for word, often in counts.items()
            if (term := self._words.get(word))
        }
        for word in in_title:
            if term := self._title_words.get(word):
                values[term] = TITLE_WEIGHT * term.idf
        length = math.hypot(*values.values()) or 1.0
        return {term: value / length for term, value in values.items()}

    def points(self, evidence: Evidence) -> dict[str, Points]:
        """Return the four numbers of each topic of which a phrase was said.

        They are the weight of all phrases, that of those in the title, how many there are, and
        the topic's share of what the paper says for any topic.
        """
        sums = {topic: self._sums(topic, hits) for topic, hits in evidence.items()}
        total = sum(said for said, _ in sums.values()) or 1.0
        return {
            topic: (
                POINTS_WEIGHT * math.sqrt(said),
                POINTS_WEIGHT * math.sqrt(in_title),
                POINTS_WEIGHT * math.sqrt(len(evidence[topic])),
                POINTS_WEIGHT * SHARE_WEIGHT * math.sqrt(said / total),
            )
            for topic, (said, in_title) in sums.items()
        }

    def rarity(self, topic: str, phrase: str) -> float:
        """Return how much a phrase proves: the rarer, the more. An unknown one is the rarest."""
        return self._rarities[topic].get(phrase, self._rarest)

    def _rarity(self, papers: int) -> float:
        return math.log(self.weights.papers / papers) / 3

    def _sums(self, topic: str, hits: Mapping[str, Hits]) -> tuple[float, float]:
        rarity = {phrase: self.rarity(topic, phrase) for phrase in hits}
        said = sum(rarity[phrase] * hit.weight for phrase, hit in hits.items())
        return said, sum(rarity[phrase] for phrase, hit in hits.items() if hit.title)


class Opinion:
    """What the weights make of one paper."""

    def __init__(
        self, judge: Judge, vector: Mapping[Term, float], points: Mapping[str, Points]
    ) -> None:
        self._judge = judge
        self._vector = vector
        self._points = points
        self._weights = [term.weights for term in vector]

    @cached_property
    def _said(self) -> Mapping[str, list[tuple[Term, float]]]:
        """The terms of each word: of any text, and of titles."""
        said = defaultdict[str, list[tuple[Term, float]]](list)
        for term, value in self._vector.items():
            said[term.word].append((term, value))
        return said

    def score(self, topic: str) -> float:
        """Return a number above 0 where the topic should be sent the paper."""
        own = self._judge.weights.topics[topic]
        bytes_ = map(itemgetter(self._judge.columns[topic]), self._weights)
        words: float = sum(map(mul, self._vector.values(), bytes_))
        points: float = sum(map(mul, own.points, self._points.get(topic, NO_POINTS)))
        return own.bias + words * own.scale + points

    def worth(self, topic: str, hits: Mapping[str, Hits]) -> dict[str, float]:
        """Return how much each phrase speaks for the topic, to one who has the title before her."""
        return {
            phrase: (TITLE_WORTH if hit.title else 1.0)
            * (
                RARITY_WORTH * self._judge.rarity(topic, phrase) * hit.weight
                + sum(max(0.0, self._adds(topic, said)) for said in {*phrase.split()})
            )
            for phrase, hit in hits.items()
        }

    def _adds(self, topic: str, word: str) -> float:
        """Return what a word adds to the score."""
        column, scale = self._judge.columns[topic], self._judge.weights.topics[topic].scale
        terms = self._said.get(word, ())
        return sum(value * term.weights[column] for term, value in terms) * scale


@cache
def judge() -> Judge:
    """Return the judge that the project ships."""
    return Judge(Weights.load())


def _terms(words: Mapping[str, Word], papers: int, numbers: Iterator[int]) -> dict[str, Term]:
    """Return the terms of words: the fewer papers one stood in, the more it counts."""
    return {
        said: Term(
            next(numbers),
            said,
            math.log((1 + papers) / (1 + word.papers)) + 1,
            tuple(memoryview(word.weights).cast("b")),
        )
        for said, word in words.items()
    }
