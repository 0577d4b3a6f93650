import datetime as dt
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from beside import database_url
from django.conf import settings

from digests.ingest import archive
from digests.ingest.ahead import ReaderDiedError, read_ahead
from digests.ingest.archive import Known, files_in, ingest_files
from digests.ingest.once import Ingested
from digests.ingest.reading import DigestFile
from digests.matching.snapshot import Snapshot, Stamp
from digests.models import DigestPaper, Paper, PaperTopic, Source
from digests.sources import DigestError, Kind

NOW = dt.datetime(2026, 3, 16, 6, tzinfo=dt.UTC)
MONDAY = NOW.date()
NO_TOPICS = Snapshot(Stamp(0, 0, 0), ())
FILES = 12
# More than a pipe holds, so that its reader has to wait.
LONG = "A latent diffusion model hunts by ear. " * 600
PATIENCE_SECONDS = 30
BESIDE, ALONE = 0, FILES + 1
ways = pytest.mark.parametrize("many", [BESIDE, ALONE])
Process = subprocess.Popen[str]


def write(path: Path, *titles: str, abstract: str = LONG) -> Path:
    path.write_text(
        "".join(json.dumps({"title": it, "abstract": abstract}) + "\n" for it in titles)
    )
    return path


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Write an archive: a day a file, ten papers a day."""
    days = [MONDAY - dt.timedelta(days=number) for number in range(FILES)]
    return [write(tmp_path / f"{day}.json", *(f"{it}. {day}" for it in range(10))) for day in days]


def ingest(paths: list[Path], *, many: int = ALONE, **known: Any) -> list[Ingested]:
    """Ingest files, and return what came of those that were not refused."""
    outcomes = [got for _, got in ingest_files(paths, Known(**known), lambda: NOW, many=many)]
    return [got for got in outcomes if isinstance(got, Ingested)]


# Which files


def test_a_folder_stands_for_the_files_below_it_by_name(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    names = ["2026/2.json", "2026/1.json", "2025.csv", "README.md", ".hidden", "2026/.hidden"]
    for name in names:
        (tmp_path / name).touch()
    other = tmp_path / "README.md"
    found = [str(path.relative_to(tmp_path)) for path in files_in([other, tmp_path])]
    assert found == ["README.md", "2025.csv", "2026/1.json", "2026/2.json"]


# Where their papers go


def test_every_kind_has_a_usual_source() -> None:
    assert set(archive.USUAL_SOURCES) == set(Kind)


@pytest.mark.django_db
def test_papers_go_to_the_usual_source_of_their_kind_unless_one_is_named(paths: list[Path]) -> None:
    assert {digest.source for digest in ingest(paths)} == {"lists"}
    named = Source.objects.create(slug="mine", name="Mine")
    assert {digest.source for digest in ingest(paths, source=named)} == {"mine"}


@pytest.mark.django_db
def test_a_usual_source_that_is_there_already_is_kept_as_it_is() -> None:
    Source.objects.update_or_create(slug="huggingface", defaults={"name": "Mine"})
    assert archive.usual_source(Kind.HUGGING_FACE_PAGE).name == "Mine"


@ways
@pytest.mark.django_db
def test_what_is_known_of_all_files_is_not_asked_of_each(tmp_path: Path, many: int) -> None:
    rows = tmp_path / "rows.txt"
    rows.write_text("title,abstract\nOwls,They hunt.\n")
    day = dt.date(2026, 1, 2)
    [digest] = ingest([rows], many=many, kind=Kind.CSV, date=day)
    assert digest == Ingested("lists", day, papers=1, new=1, known=0)


# In both ways alike


@ways
@pytest.mark.django_db
def test_every_file_is_stored_in_order_under_its_own_day(paths: list[Path], many: int) -> None:
    digests = ingest(paths, many=many)
    assert [str(digest.date) for digest in digests] == [path.stem for path in paths]
    assert sum(digest.new for digest in digests) == Paper.objects.count() == 10 * FILES
    assert PaperTopic.objects.filter(topic__key="everything").count() == 10 * FILES
    diffusion = PaperTopic.objects.filter(topic__key="diffusion")
    assert diffusion.exclude(because=[]).count() == 10 * FILES


@ways
@pytest.mark.django_db
def test_a_second_time_nothing_is_new(paths: list[Path], many: int) -> None:
    ingest(paths, many=many)
    again = ingest(paths, many=many)
    assert [(digest.papers, digest.new, digest.known) for digest in again] == [(10, 0, 10)] * FILES
    assert DigestPaper.objects.count() == 10 * FILES


@ways
@pytest.mark.django_db
def test_a_damaged_file_is_told_in_its_place_and_holds_up_no_other(
    paths: list[Path], many: int
) -> None:
    paths[1].write_text('{"title": "Owls"}')
    paths[2].write_text('{"title": "!?", "abstract": "They hunt."}')
    paths[3].unlink()
    got = dict(ingest_files(paths, Known(), lambda: NOW, many=many))
    refused = [path for path in paths if isinstance(got[path], DigestError)]
    assert [*got] == paths
    assert refused == paths[1:4]
    assert Paper.objects.count() == 10 * (FILES - 3)


# The process that reads ahead


@pytest.fixture
def reading(paths: list[Path]) -> Iterator[Iterator[DigestFile | DigestError]]:
    """Begin to read files ahead, and read the first one."""
    with closing(read_ahead(paths, NO_TOPICS, today=MONDAY)) as outcomes:
        next(outcomes)
        yield outcomes


def test_it_waits_when_nobody_takes_what_it_read(
    paths: list[Path], reading: Iterator[DigestFile | DigestError]
) -> None:
    write(paths[-1], "Written Late")
    *_, last = reading
    assert isinstance(last, DigestFile)
    assert [paper.title for paper in last.digest.papers] == ["Written Late"]


@pytest.mark.usefixtures("reading")
def test_it_is_gone_once_nobody_wants_more(paths: list[Path]) -> None:
    [process] = multiprocessing.active_children()
    with closing(read_ahead(paths, NO_TOPICS, today=MONDAY)) as others:
        next(others)
        assert len(multiprocessing.active_children()) == 2
    assert multiprocessing.active_children() == [process]


def test_it_leaves_ctrl_c_to_the_one_that_stores(
    reading: Iterator[DigestFile | DigestError],
) -> None:
    [process] = multiprocessing.active_children()
    os.kill(process.pid or 0, signal.SIGINT)
    assert len([*reading]) == FILES - 1


def test_its_death_is_an_error_that_names_the_file(
    paths: list[Path], reading: Iterator[DigestFile | DigestError]
) -> None:
    [process] = multiprocessing.active_children()
    process.kill()
    with pytest.raises(ReaderDiedError, match=rf"died at {paths[0].parent}/.*exit code -9"):
        next(outcome for outcome in reading if outcome is None)


# As an operator runs it


@pytest.fixture
def start(paths: list[Path]) -> Iterator[Callable[[], Process]]:
    """Give a way to start the command, of which the first file is stored when it is there."""
    started: list[Process] = []
    # Tests that a shell runs in its background ignore Ctrl-C, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def begin() -> Process:
        many = [*map(str, paths), *[str(paths[0])] * archive.MANY]
        process = subprocess.Popen(
            [sys.executable, "manage.py", "ingest", "--json", *many],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database_url()},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        assert json.loads(process.stdout.readline())["new"]
        return process

    yield begin
    signal.signal(signal.SIGINT, before)
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_stopped_in_any_way_it_leaves_whole_files_and_no_process(
    paths: list[Path], start: Callable[[], Process], number: signal.Signals
) -> None:
    process = start()
    process.send_signal(number)
    process.communicate(timeout=PATIENCE_SECONDS)  # its output ends with the last process
    assert Paper.objects.count() % 10 == 0
    ingest(paths)
    assert Paper.objects.count() == DigestPaper.objects.count() == 10 * FILES


@pytest.mark.django_db(transaction=True)
def test_ctrl_c_is_answered_in_one_line(start: Callable[[], Process]) -> None:
    process = start()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert said == "CommandError: Stopped. What is stored stays; run it again for the rest.\n"
    assert process.returncode == 130
