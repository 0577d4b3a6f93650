import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from digests.matching import catalogue
from digests.matching.matcher import Matcher
from digests.matching.rules.language import TopicRules

LINES = [
    {"title": "Talking Arms", "abstract": "A language model steers a robot arm."},
    {"title": "Owls\u202e", "abstract": "They hunt."},
]


@pytest.fixture(autouse=True)
def _matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Match by two rules of our own, whatever becomes of the catalogue's."""
    rules = {"llm": "language model", "robotics": "robot arm"}
    matcher = Matcher({slug: TopicRules.parse(f"always: {it}") for slug, it in rules.items()})
    monkeypatch.setattr(catalogue, "matcher", lambda: matcher)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)))
    return path


def objects(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_every_paper_is_printed_with_its_topics_and_their_words(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match", "--json", file)
    arms = [
        {"slug": "llm", "because": ["language model"]},
        {"slug": "robotics", "because": ["robot arm"]},
    ]
    assert objects(capsys.readouterr().out) == [
        {"title": "Talking Arms", "topics": arms},
        {"title": "Owls", "topics": []},
    ]


def test_without_json_it_is_printed_in_words(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("match", file)
    assert capsys.readouterr().out.splitlines() == [
        "Talking Arms",
        "  llm: language model",
        "  robotics: robot arm",
        "Owls",
        "  (no topic)",
    ]


def test_words_show_a_title_without_latex_and_json_gives_it_as_received(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    title = r"na\"{\i}ve $\times$"
    file.write_text(json.dumps({"title": title, "abstract": "They hunt."}))
    call_command("match", file)
    call_command("match", "--json", file)
    words, _, as_json = capsys.readouterr().out.splitlines()
    assert (words, json.loads(as_json)["title"]) == ("naïve \u00d7", title)


def test_a_listing_page_is_read_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.txt"
    page.write_text(f"Talking Arms\n\n{'A robot arm that talks. ' * 5}\n")
    call_command("match", "--json", page)
    [paper] = objects(capsys.readouterr().out)
    assert [topic["slug"] for topic in paper["topics"]] == ["robotics"]


@pytest.mark.django_db
def test_the_database_is_not_asked(
    file: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        call_command("match", file)


def test_a_refusal_names_file_line_and_reason(file: Path) -> None:
    file.write_text(f"{file.read_text()}\nBats\n")
    with pytest.raises(CommandError, match=rf"^{file}: line 3: this is not JSON; give one"):
        call_command("match", file)


def test_whoever_has_read_enough_may_close_the_pipe() -> None:
    pages = sorted((settings.BASE_DIR / "digests/samples").glob("*.txt"))
    command = [sys.executable, "manage.py", "match", *map(str, pages * 20)]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_paper_that_could_not_be_stored_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "papers.jsonl"
    file.write_text(json.dumps({"title": "Owls " * 900, "abstract": "They hunt."}))
    with pytest.raises(CommandError, match=r"papers\.jsonl: line 1: 'Owls .* too many for a title"):
        call_command("match", file)
