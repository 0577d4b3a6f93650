"""Learn a score for each topic: above 0 where it should be sent a paper.

For each topic three linear machines learn what to send, and the average of them decides. They
differ in what a paper means to them that was judged to `touch` the topic: next to nothing; as much
as one at its core; or a weak reason against it. On its own, each was 0.01 of F1 worse.

What comes out depends on the samples alone: the same ones give the same machines.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
Matrix: TypeAlias = Any  # a sparse one of scipy's, of which there are many types

FOLDS = 5
# (whether a paper that touches the topic is to be sent, how much it matters)
MACHINES = ((True, 0.05), (True, 1.0), (False, 0.3))
COMPLEXITY = 3.0
# A topic that is worse than this with the threshold of all topics may have one of its own, nearly:
# the best one for a hundred papers is a lucky one.
WEAK_F1, TRUST = 0.7, 0.7


@dataclass(frozen=True, slots=True)
class Samples:
    """Judged papers: their words (a row each), points[paper, topic, 4], and judgements.

    These are flags[paper, topic]: `core` is what must not be missed, `fine` that and what may be
    sent.
    """

    words: Matrix
    points: Floats
    core: Flags
    fine: Flags

    def of(self, rows: Flags) -> "Samples":
        """Return some of the papers."""
        return Samples(self.words[rows], self.points[rows], self.core[rows], self.fine[rows])


@dataclass(frozen=True, slots=True)
class Machines:
    """What was learnt: words[word, topic], points[topic, 4], bias[topic]."""

    words: Floats
    points: Floats
    bias: Floats

    def scores(self, samples: Samples) -> Floats:
        """Return a number for each paper and topic."""
        points = np.einsum("ptk,tk->pt", samples.points, self.points)
        return np.asarray(samples.words @ self.words + points + self.bias, dtype=np.float64)


def learn(samples: Samples) -> Machines:
    """Return the machines of all topics, with their thresholds at 0."""
    machines = _machines(samples)
    thresholds = _thresholds(_held_out_scores(samples), samples)
    return replace(machines, bias=machines.bias - thresholds)


def parts(count: int, number: int) -> Iterator[Flags]:
    """Deal so many papers into equal parts, at random and always the same; yield who is in each."""
    dealt = np.random.default_rng(0).permutation(np.arange(count) % number)
    return (dealt == part for part in range(number))


def _machines(samples: Samples) -> Machines:
    learnt = [_learn_topic(samples, topic) for topic in range(samples.core.shape[1])]
    weights = np.array([own for own, _ in learnt])
    size = samples.words.shape[1]
    bias = np.array([bias for _, bias in learnt])
    return Machines(weights[:, :size].T, weights[:, size:], bias)


def _learn_topic(samples: Samples, topic: int) -> tuple[Floats, float]:
    """Return the average weights of a topic's machines, for words and points, and their bias."""
    core, fine = samples.core[:, topic], samples.fine[:, topic]
    inputs = sparse.hstack([samples.words, sparse.csr_matrix(samples.points[:, topic])]).tocsr()
    weights, bias = np.zeros(inputs.shape[1]), 0.0
    for touching_is_sent, touch in MACHINES:
        wanted = fine if touching_is_sent else core
        if wanted.all() or not wanted.any():
            bias += (1.0 if wanted.any() else -1.0) / len(MACHINES)
            continue
        machine = LinearSVC(C=COMPLEXITY, tol=1e-2, random_state=0)
        machine.fit(inputs, wanted, sample_weight=np.where(fine & ~core, touch, 1.0))
        weights += machine.coef_[0] / len(MACHINES)
        bias += float(machine.intercept_[0]) / len(MACHINES)
    return weights, bias


def _held_out_scores(samples: Samples) -> Floats:
    """Return the scores that papers have from machines which were taught without them."""
    scores = np.zeros(samples.core.shape)
    for held_out in parts(len(scores), FOLDS):
        scores[held_out] = _machines(samples.of(~held_out)).scores(samples.of(held_out))
    return scores


def _thresholds(scores: Floats, samples: Samples) -> Floats:
    """Return the score above which each topic is sent a paper."""
    shared = _best_threshold(scores, samples)
    thresholds = np.full(scores.shape[1], shared)
    for topic in range(scores.shape[1]):
        own, f1_of_shared = _own_threshold(
            scores[:, topic], samples.core[:, topic], samples.fine[:, topic], shared
        )
        if f1_of_shared < WEAK_F1:
            thresholds[topic] += TRUST * (own - shared)
    return thresholds


def _best_threshold(scores: Floats, samples: Samples) -> float:
    """Return the one threshold with the best F1 over all topics."""
    order = np.argsort(-scores, axis=None)
    right, found = samples.fine.ravel()[order].cumsum(), samples.core.ravel()[order].cumsum()
    precision = right / np.arange(1, len(order) + 1)
    recall = found / max(1, samples.core.sum())
    best = int(_f1(precision, recall)[:-1].argmax())
    return float(scores.ravel()[order[best : best + 2]].mean())


def _own_threshold(scores: Floats, core: Flags, fine: Flags, shared: float) -> tuple[float, float]:
    """Return the best threshold of one topic near the shared one, and the F1 with the shared one.

    Of each F1 and its neighbours it is the average that counts.
    """
    thresholds = shared + np.arange(-0.5, 0.31, 0.04)
    sent = scores[:, None] > thresholds
    precision = (sent & fine[:, None]).sum(axis=0) / np.maximum(1, sent.sum(axis=0))
    recall = (sent & core[:, None]).sum(axis=0) / max(1, core.sum())
    smooth = np.convolve(np.pad(_f1(precision, recall), 1, "edge"), np.full(3, 1 / 3), "valid")
    return float(thresholds[smooth.argmax()]), float(smooth[np.abs(thresholds - shared).argmin()])


def _f1(precision: Floats, recall: Floats) -> Floats:
    f1: Floats = 2 * precision * recall / np.maximum(1e-9, precision + recall)
    return f1
