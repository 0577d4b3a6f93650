import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import time_machine
from beside import database_url
from django.core.management import CommandError, call_command

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


def all_of(terminal: int) -> str:
    """Read what is shown until nobody writes any more, which for a terminal is an error."""
    shown = b""
    with suppress(OSError):
        while chunk := os.read(terminal, 4_096):
            shown += chunk
    os.close(terminal)
    return shown.decode()


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
    assert said == f"{path}: pages 2026-03-16: 1 paper, 1 new, 0 known\n"


def test_a_digest_without_papers_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2026-03-16.json"
    path.write_text("[]")
    call_command("ingest", str(path))
    assert capsys.readouterr().out == f"{path}: huggingface 2026-03-16: 0 papers\n"


def test_several_files_are_summed_up_and_the_refused_ones_stand_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page(tmp_path, "Owls", "Mice", name="2026-03-16.txt")
    page(tmp_path, "Owls", "Bats", name="2026-03-17.txt")
    (tmp_path / "2026-03-15.txt").touch()
    with pytest.raises(CommandError, match=r"^1 of 3 files refused; nothing of them is stored"):
        call_command("ingest", str(tmp_path))
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "2 of 3 files: 4 papers, 3 new, 1 known"
    assert said.err.startswith(f"{tmp_path}/2026-03-15.txt: the page is empty")


def test_a_folder_without_files_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There are no files"):
        call_command("ingest", str(tmp_path))


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
    assert Source.objects.get(slug="lab-reading-list").name == "Lab reading list"


@pytest.mark.parametrize("slug", ["a b", "../a", "", "a" * 51])
def test_a_slug_that_no_source_may_have_is_refused_with_a_remedy(tmp_path: Path, slug: str) -> None:
    with pytest.raises(CommandError, match=r"--source .*: use up to 50 letters, digits, - and _"):
        call_command("ingest", "--source", slug, str(page(tmp_path, "Owls")))
    assert not Source.objects.filter(slug=slug).exists()
    assert not Paper.objects.exists()


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


def test_the_kind_may_be_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "rows.txt"
    path.write_text('{"title": "Owls", "abstract": "They hunt."}')
    assert run(capsys, "--kind", "json-lines", path)[0]["new"] == 1
    assert "copy and paste" in refused(capsys, "--kind", "page-text", path)
    with pytest.raises(CommandError, match=r"invalid choice: 'pigeon' .choose from 'hugging-face'"):
        call_command("ingest", "--kind", "pigeon", str(path))


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
@pytest.mark.parametrize("files", [3, 30])
def test_a_terminal_shows_a_bar_for_many_files_and_the_output_stays_clean(
    tmp_path: Path, files: int
) -> None:
    names = [str(page(tmp_path, f"Owls {number}", name=str(number))) for number in range(files)]
    terminal, its_end = pty.openpty()
    command = [sys.executable, "manage.py", "ingest", *names]
    environment = {**os.environ, "DATABASE_URL": database_url(), "TERM": "xterm"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=its_end
    ) as process:
        os.close(its_end)
        shown = all_of(terminal)
        assert process.stdout
        assert len(process.stdout.readlines()) == files + 1
    assert (f"{files}/{files}" in shown) == (files > 5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("missing", "code"), [([], 0), (["missing.txt"], 1)])
def test_the_exit_code_tells_whether_every_file_was_stored(
    tmp_path: Path, missing: list[str], code: int
) -> None:
    command = ["manage.py", "ingest", "--json", str(page(tmp_path, "Owls")), *missing]
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    assert json.loads(ran.stdout)["new"] == Paper.objects.count() == 1
    assert ("1 of 2 files refused; nothing of them is stored." in ran.stderr) == bool(missing)
