import stat
import sys
from pathlib import Path

import msgspec
import pytest
from django.core.management import CommandError, call_command, load_command_class
from judged import PAPERS, lines

from digests.matching import catalogue
from digests.matching.weights.judge import FILE, Weights


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Judge papers on two topics of the project."""
    path = tmp_path / "labelled.jsonl"
    path.write_bytes(lines(PAPERS, owls="audio", bees="graphs"))
    return path


def test_weights_are_written_for_all_topics_and_it_says_so(
    labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "weights.json"
    call_command("train_topics", labelled, "--output", output)
    weights = msgspec.json.decode(output.read_bytes(), type=Weights)
    assert [*weights.topics] == [topic.slug for topic in catalogue.load().topics]
    words = capsys.readouterr().out
    assert "weights for 43 topics, learnt from 18 papers." in words


def test_the_same_papers_give_the_same_file(labelled: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / name for name in ("once.json", "twice.json")]
    for output in outputs:
        call_command("train_topics", labelled, "--output", output)
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_the_old_weights_are_replaced_at_once_and_nothing_is_left_beside_them(
    labelled: Path, tmp_path: Path
) -> None:
    output = tmp_path / "weights.json"
    output.write_bytes(b"old")
    old = output.stat().st_ino
    call_command("train_topics", labelled, "--output", output)
    assert output.stat().st_ino != old  # another file, renamed: no reader meets half of one
    assert output.stat().st_mode & stat.S_IRGRP
    assert {*tmp_path.iterdir()} == {labelled, output}


def test_the_projects_own_weights_are_the_usual_output() -> None:
    parser = load_command_class("digests", "train_topics").create_parser("manage.py", "")
    assert parser.parse_args(["labelled.jsonl"]).output == FILE


def test_where_nothing_can_be_written_it_says_so(labelled: Path, tmp_path: Path) -> None:
    output = tmp_path / "nowhere" / "weights.json"
    with pytest.raises(CommandError, match=r"weights.json cannot be written: No such file"):
        call_command("train_topics", labelled, "--output", output)


def test_a_line_that_cannot_be_read_leaves_the_weights_alone(
    labelled: Path, tmp_path: Path
) -> None:
    output = tmp_path / "weights.json"
    output.write_bytes(b"old")
    labelled.write_bytes(labelled.read_bytes() + b"\nowls")
    with pytest.raises(CommandError, match="line 19: this is not JSON"):
        call_command("train_topics", labelled, "--output", output)
    assert output.read_bytes() == b"old"


@pytest.mark.parametrize("command", [["train_topics"], ["evaluate_topics", "--folds", "2"]])
def test_without_scikit_learn_it_says_what_to_install(
    labelled: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    for name in ("digests.matching.weights.training", "digests.matching.weights.learning"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)  # as Python notes what is not there
    with pytest.raises(CommandError, match=r"pip install -r requirements-dev\.txt"):
        call_command(*command, labelled)
