"""Measuring topics: the counts on a handful of judged papers, worked out by hand."""

import json
from typing import Any

import pytest

from digests.matching.matcher import Matcher
from digests.matching.rules.language import TopicRules
from digests.matching.weights.evaluation import (
    Evaluation,
    JudgedPaper,
    LabelError,
    Mistake,
    Outcome,
    Tally,
    evaluate,
    read_judged,
)


def judged(title: str, core: set[str], touch: set[str] | None = None) -> JudgedPaper:
    return JudgedPaper(title, "", frozenset(core), frozenset(touch or ()))


def evaluated(*papers: tuple[JudgedPaper, dict[str, tuple[str, ...]]]) -> Evaluation:
    return evaluate((Outcome(*paper) for paper in papers), ["agents", "llm", "video"])


def line(**record: Any) -> bytes:
    usual = {"title": "Owls", "abstract": "They hunt.", "core": [], "touch": []}
    return json.dumps(usual | record).encode()


# Counting


def test_what_may_be_sent_counts_for_precision_and_not_for_recall() -> None:
    found = evaluated(
        (judged("core and sent", {"llm"}), {"llm": ("LLM",)}),
        (judged("core and missed", {"llm"}), {}),
        (judged("may be sent, and was", set(), {"llm"}), {"llm": ("prompt",)}),
        (judged("may be sent, and was not", set(), {"llm"}), {}),
        (judged("wrongly sent", set()), {"llm": ("prompt",)}),
    )
    tally = found.topics["llm"]
    assert tally == Tally(sent=3, right=2, core=2, found=1)
    assert (tally.precision, tally.recall) == (2 / 3, 1 / 2)
    assert tally.f1 == pytest.approx(4 / 7)


def test_overall_each_pair_of_paper_and_topic_counts_once() -> None:
    found = evaluated(
        (judged("both", {"llm", "agents"}), {"llm": (), "agents": ()}),
        (judged("one of two", {"llm", "video"}), {"video": ()}),
    )
    assert found.overall == Tally(sent=3, right=3, core=4, found=3)
    assert found.papers == 2


def test_a_topic_that_neither_sends_nor_misses_anything_is_without_fault() -> None:
    tally = evaluated((judged("Owls", set()), {})).topics["video"]
    assert (tally.precision, tally.recall, tally.f1) == (1, 1, 1)


def test_a_topic_that_is_always_wrong_has_nothing() -> None:
    assert Tally(sent=2, right=0, core=3, found=0).f1 == 0


def test_mistakes_of_the_topic_with_most_of_them_come_first() -> None:
    found = evaluated(
        (judged("a", {"video"}), {"agents": ("agent",)}),
        (judged("b", {"llm"}), {"video": ("film",)}),
        (judged("c", {"llm"}), {"video": ("clip",)}),
    )
    assert found.misses == [Mistake("llm", "b"), Mistake("llm", "c"), Mistake("video", "a")]
    assert [(one.topic, one.because) for one in found.false_alarms] == [
        ("video", ("film",)),
        ("video", ("clip",)),
        ("agents", ("agent",)),
    ]


def test_a_miss_names_the_phrases_that_were_not_enough() -> None:
    missed = Outcome(judged("a", {"llm", "video"}), sent={}, said={"llm": ("prompt", "token")})
    assert evaluate([missed], ["llm", "video"]).misses == [
        Mistake("llm", "a", ("prompt", "token")),
        Mistake("video", "a"),
    ]


def test_a_paper_is_matched_as_ingest_cleans_it_and_all_it_says_is_noted() -> None:
    rules = {"owls": "always: owl", "mice": "mouse, mice, tail, tail of a mouse"}
    matcher = Matcher({slug: TopicRules.parse(text) for slug, text in rules.items()})
    paper = JudgedPaper("Owl\u202es", "Of mice: a mouse, its tail.", frozenset(), frozenset())
    outcome = Outcome.of(paper, matcher)
    assert outcome.sent["owls"] == ("owl",)
    assert outcome.said == {"owls": ("owl",), "mice": ("mice", "mouse", "tail")}


# Reading


def test_blank_lines_are_passed_over_and_missing_lists_are_empty() -> None:
    text = b'\n{"title": "Owls", "abstract": ""}\n\n' + line(core=["llm"])
    assert [paper.core for paper in read_judged(text.splitlines(), ["llm"])] == [
        frozenset(),
        frozenset({"llm"}),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"owls", "line 2: this is not JSON"),
        (b"[" * 100_000, "line 2: this is not JSON"),
        (b"[]", "line 2: there is no text under 'title'"),
        (line(abstract=7), "line 2: there is no text under 'abstract'"),
        (line(core="llm"), "line 2: there is no list of topics under 'core'"),
        (line(touch=[7]), "line 2: there is no list of topics under 'touch'"),
        (line(touch=["owls"]), "line 2: there is no topic 'owls' in the catalogue"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_with_the_reason(text: bytes, reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        read_judged([line(), text], ["llm"])
    assert str(caught.value) == reason
