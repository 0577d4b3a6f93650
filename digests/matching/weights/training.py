"""Make the weights of topics out of judged papers. Nothing of it runs where mail is sent.

It needs what only requirements-dev.txt installs, so whoever imports it must do without as well.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec
import numpy as np
from scipy import sparse

from digests.matching.catalogue import Catalogue
from digests.matching.matcher import Matcher
from digests.matching.rules.language import TopicRules
from digests.matching.weights.evaluation import JudgedPaper, Outcome
from digests.matching.weights.judge import (
    NO_POINTS,
    Evidence,
    Judge,
    Points,
    TopicWeights,
    Weights,
    Word,
)
from digests.matching.weights.learning import Machines, Matrix, Samples, learn, parts

# A word needs to stand in so many papers, or titles, to have weights.
FEWEST_PAPERS, FEWEST_TITLES = 5, 3
LARGEST_BYTE = 127
# They stand in every abstract and say nothing of what it is about.
_IDLE = """
    a an the of and or in on for to with by from as is are be been was were this that these those it
    its we our their they which can may also such than then at not no but while however more most
    both between via using use used based show shows into over under has have had each all any some
    other only when where how what there here i e g s t et al
"""
IDLE_WORDS = frozenset(_IDLE.split())


@dataclass(frozen=True, slots=True)
class _Example:
    """A judged paper as the weights will see it."""

    title: list[str]
    abstract: list[str]
    evidence: Evidence


def train(judged: Sequence[JudgedPaper], catalogue: Catalogue) -> Weights:
    """Return the weights of the catalogue's topics, learnt from these papers."""
    rules = _rules(catalogue)
    matcher = Matcher(rules, friends=catalogue.friends)
    examples = [_example(paper, matcher) for paper in judged]
    counted = _counted(examples, rules)
    machines = learn(_samples(judged, examples, Judge(counted)))
    return _weighted(counted, machines)


def held_out(
    judged: Sequence[JudgedPaper], catalogue: Catalogue, folds: int, first: int | None = None
) -> Iterator[Outcome]:
    """Match papers with weights that have not seen them.

    The `first` ones, or all, are dealt into so many folds, each of which is matched with what was
    learnt from all other papers.
    """
    rules = _rules(catalogue)
    for fold in parts(len(judged[:first]), folds):
        strangers = {place for place, is_in in enumerate(fold) if is_in}
        weights = train([it for n, it in enumerate(judged) if n not in strangers], catalogue)
        matcher = Matcher(
            rules,
            judge=Judge(weights),
            judged={slug: slug for slug in rules},
            friends=catalogue.friends,
        )
        yield from (Outcome.of(judged[place], matcher) for place in sorted(strangers))


def written(weights: Weights) -> bytes:
    """Return the weights as a file with a line for each word and phrase, so that a diff is read."""
    return f"{_json(msgspec.to_builtins(weights))}\n".encode()


def _rules(catalogue: Catalogue) -> dict[str, TopicRules]:
    return {topic.slug: TopicRules.parse(topic.rules) for topic in catalogue.topics}


def _example(paper: JudgedPaper, matcher: Matcher[str]) -> _Example:
    text = paper.text()
    evidence, hidden = matcher.evidence(text)
    title, abstract = text.words(hidden)
    return _Example(title, abstract, evidence)


def _counted(examples: Sequence[_Example], topics: Iterable[str]) -> Weights:
    """Return weights that know of each word and phrase how common it is, and nothing else."""
    in_papers = Counter(word for it in examples for word in {*it.title, *it.abstract})
    in_titles = Counter(word for it in examples for word in {*it.title})
    phrases = {
        topic: Counter(phrase for it in examples for phrase in it.evidence.get(topic, ()))
        for topic in topics
    }
    return Weights(
        papers=len(examples),
        topics={
            topic: TopicWeights(dict(sorted(counts.items()))) for topic, counts in phrases.items()
        },
        words=_common(in_papers, FEWEST_PAPERS),
        title_words=_common(in_titles, FEWEST_TITLES),
    )


def _common(counts: Mapping[str, int], fewest: int) -> dict[str, Word]:
    return {
        word: Word(count)
        for word, count in sorted(counts.items())
        if count >= fewest and word not in IDLE_WORDS and not word.isdigit()
    }


def _samples(judged: Sequence[JudgedPaper], examples: Sequence[_Example], judge: Judge) -> Samples:
    points = [judge.points(example.evidence) for example in examples]
    topics = judge.weights.topics
    core = np.array([[topic in paper.core for topic in topics] for paper in judged])
    touch = np.array([[topic in paper.touch for topic in topics] for paper in judged])
    return Samples(
        words=_matrix(examples, judge),
        points=np.array([[own.get(topic, NO_POINTS) for topic in topics] for own in points]),
        core=core,
        fine=core | touch,
    )


def _matrix(examples: Sequence[_Example], judge: Judge) -> Matrix:
    """Return the vectors of words, a row for each paper."""
    vectors = [judge.vector(example.title, example.abstract) for example in examples]
    values = [value for vector in vectors for value in vector.values()]
    columns = [term.number for vector in vectors for term in vector]
    ends = np.cumsum([0, *map(len, vectors)])
    size = len(judge.weights.words) + len(judge.weights.title_words)
    return sparse.csr_matrix((values, columns, ends), shape=(len(examples), size))


def _weighted(counted: Weights, machines: Machines) -> Weights:
    """Return the weights as they are stored: those of words as bytes, to a scale for each topic."""
    scale = np.maximum(np.abs(machines.words).max(axis=0, initial=0) / LARGEST_BYTE, 1e-9)
    rows = iter((machines.words / scale).round().astype(np.int8))
    topics = {
        topic: TopicWeights(
            phrases=own.phrases,
            bias=round(float(machines.bias[column]), 4),
            scale=float(f"{scale[column]:.5g}"),
            points=msgspec.convert(machines.points[column].round(4).tolist(), Points),
        )
        for column, (topic, own) in enumerate(counted.topics.items())
    }
    words, title_words = (
        {said: Word(word.papers, next(rows).tobytes()) for said, word in known.items()}
        for known in (counted.words, counted.title_words)
    )
    return Weights(counted.papers, topics, words, title_words)


def _json(value: Any, indent: str = "\n") -> str:
    """Return a value as JSON, with each entry of an object on a line of its own."""
    if not isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    deeper = f"{indent} "
    entries = (f"{deeper}{_json(key)}:{_json(it, deeper)}" for key, it in value.items())
    return "".join(chain("{", ",".join(entries), indent, "}"))
