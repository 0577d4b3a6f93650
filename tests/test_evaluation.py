"""Measuring topics: the counts on a handful of judged papers, worked out by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from digests.matching import catalogue
from digests.matching.evaluation import (
    Evaluation,
    JudgedPaper,
    LabelError,
    Mistake,
    Tally,
    evaluate,
    read_judged,
)
from digests.matching.matcher import Matcher
from digests.matching.rules import TopicRules


def judged(title: str, core: set[str], touch: set[str] | None = None) -> JudgedPaper:
    return JudgedPaper(title, "", frozenset(core), frozenset(touch or ()))


def evaluated(*papers: tuple[JudgedPaper, dict[str, tuple[str, ...]]]) -> Evaluation:
    return evaluate(papers, ["agents", "llm", "video"])


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


# The command


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Judge three papers, and match by one rule of our own."""
    matcher = Matcher({"llm": TopicRules.keyword("language model")})
    monkeypatch.setattr(catalogue, "matcher", lambda: matcher)
    path = tmp_path / "labelled.jsonl"
    records = [
        line(title="A Language Model", core=["llm"]),
        line(title="A \u202ePrompt", core=["llm"]),
        line(title="Language Models of Rain"),
    ]
    path.write_bytes(b"\n".join(records))
    return path


def test_the_figures_of_all_topics_and_the_mistakes_are_printed(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("evaluate_topics", str(labelled))
    words = " ".join(capsys.readouterr().out.split())
    assert "llm 2 2 0.50 0.50 0.50" in words
    assert "all, 3 papers 2 2 0.50 0.50 0.50" in words
    assert "Worst misses: 1 of 1 llm: A Prompt" in words
    assert "llm: Language Models of Rain (language model)" in words


def test_a_program_reads_the_same_as_one_object(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("evaluate_topics", str(labelled), "--json", "--worst", "0")
    told = json.loads(capsys.readouterr().out)
    assert told["overall"] == told["topics"]["llm"]
    assert told["overall"] | {"precision": 0.5, "sent": 2} == told["overall"]
    assert (told["papers"], told["misses"]) == (3, [])


@pytest.mark.parametrize(("text", "reason"), [(None, "cannot be read"), (b"owls", "line 1: this")])
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, text: bytes | None, reason: str
) -> None:
    path = tmp_path / "labelled.jsonl"
    if text:
        path.write_bytes(text)
    with pytest.raises(CommandError, match=reason):
        call_command("evaluate_topics", str(path))
