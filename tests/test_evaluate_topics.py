import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from judged import PAPERS, lines

from digests.matching import catalogue
from digests.matching.matcher import Matcher
from digests.matching.rules.language import TopicRules
from digests.matching.weights.evaluation import JudgedPaper

RECORDS = [
    JudgedPaper("A Language Model", "", frozenset({"llm"}), frozenset()),
    JudgedPaper("A \u202ePrompt", "Models of language.", frozenset({"llm"}), frozenset()),
    JudgedPaper("Language Models of Rain", "", frozenset(), frozenset()),
]


@pytest.fixture
def labelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Judge three papers, and match by rules of our own."""
    matcher = Matcher({"llm": TopicRules.parse("always: language model\nlanguage")})
    monkeypatch.setattr(catalogue, "matcher", lambda: matcher)
    path = tmp_path / "labelled.jsonl"
    path.write_bytes(lines(RECORDS))
    return path


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """Judge papers on two topics of the project, whose phrases they hardly say."""
    path = tmp_path / "animals.jsonl"
    path.write_bytes(lines(PAPERS, owls="audio", bees="graphs"))
    return path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    call_command("evaluate_topics", *arguments)
    return " ".join(capsys.readouterr().out.split())


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capsys, *arguments, "--json"))
    return found


def test_the_figures_of_all_topics_and_the_mistakes_are_printed(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = printed(capsys, labelled)
    assert "llm 2 2 0.50 0.50 0.50" in words
    assert "all, 3 papers 2 2 0.50 0.50 0.50" in words
    assert "Worst misses: 1 of 1 llm: A Prompt (language)" in words
    assert "llm: Language Models of Rain (language model)" in words


def test_a_program_reads_the_same_as_one_object(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, labelled, "--worst", "0")
    assert found["overall"] == found["topics"]["llm"]
    assert found["overall"] | {"precision": 0.5, "sent": 2} == found["overall"]
    assert (found["papers"], found["folds"], found["misses"]) == (3, None, [])


def test_a_program_reads_titles_without_what_no_encoding_holds(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled.write_text(r'{"title": "Owls\ud800", "abstract": "", "core": ["llm"]}')
    assert told(capsys, labelled)["misses"][0]["title"] == "Owls"


def test_only_the_first_papers_are_measured_on(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, labelled, "--first", "1")["overall"]["f1"] == 1


def test_it_says_when_the_weights_may_have_seen_the_papers(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "flatter" in printed(capsys, labelled)


def test_folds_measure_with_weights_that_have_not_seen_the_papers(
    animals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = printed(capsys, animals, "--folds", "2", "--worst", "0")
    assert "matched with weights learnt without it: 2 folds." in words
    assert "all, 18 papers 12" in words


def test_folds_may_be_measured_on_the_first_papers_alone(
    animals: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, animals, "--folds", "2", "--first", "6")
    assert (found["papers"], found["folds"], found["overall"]["core"]) == (6, 2, 4)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--folds", "1"], "--folds: '1' is no whole number from 2 up"),
        (["--folds", "4"], "--folds 4: that is more than the 3 papers to measure on"),
        (["--folds", "3", "--first", "2"], "more than the 2 papers"),
        (["--first", "0"], "--first: '0' is no whole number from 1 up"),
        (["--worst", "few"], "--worst: 'few' is no whole number from 0 up"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(
    labelled: Path, options: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("evaluate_topics", labelled, *options)


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "cannot be read"), (b"owls", "line 1: this"), (b"\n", "holds no judged paper")],
)
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, text: bytes | None, reason: str
) -> None:
    path = tmp_path / "labelled.jsonl"
    if text:
        path.write_bytes(text)
    with pytest.raises(CommandError, match=reason):
        call_command("evaluate_topics", path)
