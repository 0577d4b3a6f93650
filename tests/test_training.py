"""Learning from a handful of papers about owls and bees, and some that only say so."""

import dataclasses

import msgspec
import numpy as np
import pytest
from judged import CATALOGUE, PAPERS

from digests.matching.matcher import Matcher
from digests.matching.paper_text import PaperText
from digests.matching.rules.language import TopicRules
from digests.matching.weights import training
from digests.matching.weights.evaluation import JudgedPaper, evaluate
from digests.matching.weights.judge import Judge, Weights
from digests.matching.weights.learning import learn, parts
from digests.matching.weights.training import FEWEST_PAPERS, held_out, train, written

RULES = {topic.slug: TopicRules.parse(topic.rules) for topic in CATALOGUE.topics}


def matcher_with(weights: Weights) -> Matcher[str]:
    return Matcher(RULES, judge=Judge(weights), judged={slug: slug for slug in RULES})


@pytest.fixture(scope="module")
def weights() -> Weights:
    return train(PAPERS, CATALOGUE)


def test_papers_that_were_learnt_from_find_their_topics(weights: Weights) -> None:
    matcher = matcher_with(weights)
    for paper in PAPERS:
        assert {*matcher.match(paper.text())} == {*paper.core}, paper.title


@pytest.mark.parametrize(
    ("title", "abstract", "topics"),
    [
        ("An Owl at Dusk", "When it gets dark, owls leave the tower to hunt mice.", {"owls"}),
        ("Where Bees Fly", "A bee flies to flowers and back to the comb of its hive.", {"bees"}),
        ("The Longest Bee", "Pupils spell words of the school for a prize.", set()),
        ("Flowers in the Dark", "Mice eat nectar and comb at night.", set()),
    ],
)
def test_what_was_learnt_holds_for_other_papers(
    weights: Weights, title: str, abstract: str, topics: set[str]
) -> None:
    assert {*matcher_with(weights).match(PaperText.of(title, abstract))} == topics


def test_the_same_papers_give_the_same_bytes(weights: Weights) -> None:
    assert written(train([*PAPERS], CATALOGUE)) == written(weights)


def test_what_is_written_is_read_again(weights: Weights) -> None:
    assert msgspec.json.decode(written(weights), type=Weights) == weights


def test_each_word_and_each_phrase_has_a_line_of_its_own(weights: Weights) -> None:
    text = written(weights).decode()
    assert text.endswith("}\n")
    lines = [line.strip() for line in text.splitlines()]
    for said in (*weights.words, *weights.topics["owls"].phrases):
        assert any(line.startswith(f'"{said}":') for line in lines), said


def test_only_words_that_several_papers_share_are_kept(weights: Weights) -> None:
    said = [{*title, *abstract} for title, abstract in (it.text().words() for it in PAPERS)]
    assert weights.words
    for word, known in weights.words.items():
        assert known.papers == sum(word in it for it in said) >= FEWEST_PAPERS


def test_weights_of_a_byte_score_as_exact_ones_do(weights: Weights) -> None:
    judge, matcher = Judge(weights), Matcher(RULES)
    examples = [training._example(paper, matcher) for paper in PAPERS]
    samples = training._samples(PAPERS, examples, judge)
    exact = learn(samples).scores(samples)
    for example, scores in zip(examples, exact, strict=True):
        opinion = judge.hear(example.title, example.abstract, example.evidence)
        assert [opinion.score(slug) for slug in RULES] == pytest.approx(scores, abs=0.02)


def test_a_topic_without_papers_is_never_sent() -> None:
    owls = [paper for paper in PAPERS if "bees" not in paper.core]
    matcher = matcher_with(train(owls, CATALOGUE))
    assert "bees" not in matcher.match(PaperText.of("Bees and Honey", "A bee makes honey."))


def test_what_may_be_sent_is_sent_rather_than_what_may_not() -> None:
    touched = [
        dataclasses.replace(paper, core=frozenset(), touch=paper.core)
        if "owls" in paper.core and number % 2
        else paper
        for number, paper in enumerate(PAPERS)
    ]
    matcher = matcher_with(train(touched, CATALOGUE))
    sent = [paper for paper in PAPERS if "owls" in matcher.match(paper.text())]
    assert [paper for paper in sent if "owls" not in paper.core] == []
    assert len(sent) > 3


@pytest.mark.parametrize("count", [1, 2, 4])
def test_hardly_any_papers_give_weights_all_the_same(count: int) -> None:
    weights = train(PAPERS[:count], CATALOGUE)
    assert [*weights.topics] == ["owls", "bees"]
    matcher_with(weights).match(PAPERS[0].text())


def test_papers_without_a_word_teach_nothing() -> None:
    silent = [JudgedPaper("", "", frozenset({"owls"}), frozenset())] * 9
    assert not train(silent, CATALOGUE).words


# Folds


def test_papers_are_dealt_into_equal_parts_that_are_always_the_same() -> None:
    dealt = np.array([*parts(10, 3)])
    assert dealt.sum(axis=0).tolist() == [1] * 10
    assert sorted(dealt.sum(axis=1)) == [3, 3, 4]
    assert (dealt == np.array([*parts(10, 3)])).all()


def test_papers_held_out_are_matched_once_each_with_what_the_others_taught() -> None:
    outcomes = [*held_out(PAPERS, CATALOGUE, folds=6)]
    assert {it.paper.title for it in outcomes} == {paper.title for paper in PAPERS}
    assert len(outcomes) == len(PAPERS)
    assert evaluate(outcomes, RULES).overall.f1 > 0.7


def test_a_paper_held_out_is_not_learnt_from() -> None:
    wrong = dataclasses.replace(PAPERS[0], core=frozenset({"bees"}))
    outcome, *_ = (
        it for it in held_out([wrong, *PAPERS[1:]], CATALOGUE, folds=3) if it.paper is wrong
    )
    assert "bees" not in outcome.sent


def test_only_the_first_papers_are_held_out() -> None:
    outcomes = held_out(PAPERS, CATALOGUE, folds=2, first=5)
    assert {it.paper.title for it in outcomes} == {paper.title for paper in PAPERS[:5]}
