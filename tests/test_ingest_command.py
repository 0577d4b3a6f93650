import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from digests.models import Digest, Paper, Source

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
OWLS = "We follow forty owls for a winter and ask which of them hunts by ear alone. " * 3
# Pages whose papers were counted by hand, and how many papers a folder has in all. The second
# folder stands beside some working copies and is no part of the project.
COUNTED = {
    ROOT / "digests" / "samples": (
        {"2026-03-16.txt": 20, "2026-03-17.txt": 19, "2026-03-18.txt": 20},
        52,
    ),
    ROOT.parent / "shared" / "samples" / "pages": (
        {"listing-mar-14.txt": 62, "listing-undated.txt": 290},
        351,
    ),
}


def page(folder: Path, *titles: str, name: str = "page.txt") -> Path:
    path = folder / name
    path.write_text("".join(f"{title}\n\n{OWLS}\n\n" for title in titles))
    return path


def run(capsys: pytest.CaptureFixture[str], *args: object) -> list[dict[str, Any]]:
    """Ingest and return the objects printed."""
    capsys.readouterr()
    call_command("ingest", "--json", *map(str, args))
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    """Have an ingest refused and return what stderr says of the files."""
    with pytest.raises(CommandError, match="refused"):
        call_command("ingest", *map(str, args))
    return capsys.readouterr().err


# What is printed


@time_machine.travel("2026-03-20", tick=False)
def test_a_digest_is_printed_as_one_object_with_these_members(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ("--source", "daily", page(tmp_path, "Owls", "Mice"))
    digest = {"source": "daily", "date": "2026-03-20", "papers": 2}
    assert run(capsys, *args) == [{**digest, "new": 2, "known": 0}]
    assert run(capsys, *args) == [{**digest, "new": 0, "known": 2}]


def test_without_json_it_is_printed_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = page(tmp_path, "Owls")
    call_command("ingest", "--date", "2026-03-16", str(path))
    said = capsys.readouterr().out
    assert said == f"{path}: pages 2026-03-16: 1 papers, 1 new, 0 known\n"


@pytest.mark.parametrize("folder", [folder for folder in COUNTED if folder.exists()])
def test_counted_pages_give_the_papers_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, distinct = COUNTED[folder]
    digests = run(capsys, "--date", "2026-03-16", *(folder / name for name in counts))
    assert [digest["papers"] for digest in digests] == [*counts.values()]
    assert sum(digest["new"] for digest in digests) == Paper.objects.count() == distinct


# Sources and dates


def test_a_new_slug_makes_a_source_with_a_readable_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "--source", "lab-reading-list", page(tmp_path, "Owls"))
    run(capsys, "--source", "lab-reading-list", page(tmp_path, "Mice"))
    assert Source.objects.get().name == "Lab reading list"


@pytest.mark.parametrize("slug", ["a b", "../a", "", "a" * 51])
def test_a_slug_that_no_source_may_have_is_refused_with_a_remedy(tmp_path: Path, slug: str) -> None:
    with pytest.raises(CommandError, match=r"--source .*: use up to 50 letters, digits, - and _"):
        call_command("ingest", "--source", slug, str(page(tmp_path, "Owls")))
    assert not Source.objects.exists()


def test_an_undated_page_ingested_again_the_next_day_keeps_its_date(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = page(tmp_path, "Owls")
    for day in ("2026-03-16", "2026-03-17"):
        with time_machine.travel(day, tick=False):
            [digest] = run(capsys, path)
            assert digest["date"] == "2026-03-16"
    assert Digest.objects.count() == 1


@time_machine.travel("2026-03-16", tick=False)
def test_a_date_may_lie_one_day_ahead_where_it_is_tomorrow_already(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [digest] = run(capsys, "--date", "2026-03-17", page(tmp_path, "Owls"))
    assert digest["date"] == "2026-03-17"


@time_machine.travel("2026-03-16", tick=False)
@pytest.mark.parametrize(
    ("date", "reason"),
    [
        ("2026-03-18", "2026-03-18 has not come yet; is it the right year?"),
        ("16.3.2026", "'16.3.2026' is no date; write YYYY-MM-DD."),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_its_reason(
    tmp_path: Path, date: str, reason: str
) -> None:
    with pytest.raises(CommandError, match="argument --date") as caught:
        call_command("ingest", "--date", date, str(page(tmp_path, "Owls")))
    assert reason in str(caught.value)
    assert not Paper.objects.exists()


# Refusals


def test_a_refusal_names_file_line_reason_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = page(tmp_path, "Owls")
    path.write_text(path.read_text() + "A Title Alone\n")
    said = refused(capsys, path)
    assert said.startswith(f"{path}: line 5: the title 'A Title Alone' has no abstract")
    assert "mend the page" in said
    assert not Paper.objects.exists()


def test_a_refused_file_does_not_hold_up_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").touch()
    fine = page(tmp_path, "Owls")
    said = refused(capsys, tmp_path / "empty.txt", fine, tmp_path / "missing.txt")
    assert said.splitlines() == [
        f"{tmp_path}/empty.txt: the page is empty; paste the text of a listing page",
        f"{tmp_path}/missing.txt: the file cannot be read: No such file or directory",
    ]
    assert [paper.title for paper in Paper.objects.all()] == ["Owls"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!doctype html>", "line 1: this is HTML"),
        (b"\x89PNG\r\n\0", "line 2: this is a binary"),
        (b'{"title": "Owls"}', "line 1: there is no text under 'abstract'"),
        (b'{"title": "!?", "abstract": "Hm."}', "line 1: the title '!?' has no letter or digit"),
    ],
)
def test_what_is_no_digest_is_refused_and_nothing_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, reason: str
) -> None:
    path = tmp_path / "page"
    path.write_bytes(content)
    assert f"{path}: {reason}" in refused(capsys, path)
    assert not Digest.objects.exists()


def test_a_file_of_fifty_megabytes_is_refused_unread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(50_000_000)
    assert "the file has 50 MB, a digest at most 20" in refused(capsys, large)


# As an operator runs it


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("missing", "code"), [([], 0), (["missing.txt"], 1)])
def test_the_exit_code_tells_whether_every_file_was_stored(
    tmp_path: Path, settings: Settings, missing: list[str], code: int
) -> None:
    test_database = urlsplit(settings.DATABASE_URL)._replace(path=connection.settings_dict["NAME"])
    command = ["manage.py", "ingest", "--json", str(page(tmp_path, "Owls")), *missing]
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": test_database.geturl()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    assert json.loads(ran.stdout)["new"] == Paper.objects.count() == 1
    assert ("1 of 2 files refused; nothing of them is stored." in ran.stderr) == bool(missing)
