import datetime as dt
import json
from pathlib import Path

import pytest

from digests.ingest.files import ingest_file
from digests.ingest.reading import read
from digests.models import Digest, Source
from digests.sources import DigestError
from digests.sources.parsed import MAX_BYTES

TODAY = dt.date(2026, 3, 16)
TOMORROW = TODAY + dt.timedelta(days=1)
TODAY_AT_SIX = dt.datetime.combine(TODAY, dt.time(6), dt.UTC)
TOMORROW_AT_SIX = TODAY_AT_SIX + dt.timedelta(days=1)
OWLS = "We follow forty owls for a winter and ask which of them hunts by ear alone. " * 3


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="pages", name="Pages")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page.txt"
    page.write_text(f"Do Owls Listen?\n\n{OWLS}\n")
    return page


def refusal(path: Path) -> str:
    with pytest.raises(DigestError) as caught:
        read(path, today=TODAY)
    return str(caught.value)


def test_a_file_is_read_by_what_is_in_it_whatever_its_name(page: Path) -> None:
    assert [paper.title for paper in read(page, today=TODAY).digest.papers] == ["Do Owls Listen?"]
    page.write_text(json.dumps({"title": "Mice", "abstract": "They hide."}))
    assert [paper.title for paper in read(page, today=TODAY).digest.papers] == ["Mice"]


def test_files_have_one_fingerprint_exactly_if_they_are_the_same(page: Path) -> None:
    before = read(page, today=TODAY).fingerprint
    assert read(page, today=TOMORROW).fingerprint == before
    page.write_text(page.read_text() + "\n")
    assert read(page, today=TODAY).fingerprint != before


def test_what_cannot_be_opened_is_refused_with_the_systems_reason(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none") == "the file cannot be read: No such file or directory"
    assert refusal(tmp_path) == "the file cannot be read: Is a directory"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    large = tmp_path / "disk.img"
    with large.open("wb") as file:
        file.truncate(50_000_000_000)  # sparse: nobody could read that in time
    assert refusal(large) == ("the file has 50000 MB, a digest at most 20; is it the right file?")


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_bytes(b"\n" * MAX_BYTES)
    assert refusal(large).startswith("the page is empty")


def test_the_date_asked_for_outweighs_the_files_and_that_outweighs_today(
    source: Source, page: Path
) -> None:
    page.write_text(f"Mar 14\n\n{page.read_text()}")
    asked = dt.date(2026, 1, 2)
    assert ingest_file(page, source, date=asked, now=TODAY_AT_SIX).date == asked
    assert ingest_file(page, source, date=None, now=TODAY_AT_SIX).date == dt.date(2026, 3, 14)


def test_an_undated_file_keeps_the_date_it_got_first(source: Source, page: Path) -> None:
    assert ingest_file(page, source, date=None, now=TODAY_AT_SIX).date == TODAY
    assert ingest_file(page, source, date=None, now=TOMORROW_AT_SIX).date == TODAY
    assert Digest.objects.count() == 1


def test_another_source_gives_the_same_file_a_date_of_its_own(source: Source, page: Path) -> None:
    ingest_file(page, source, date=None, now=TODAY_AT_SIX)
    other = Source.objects.create(slug="other", name="Other")
    assert ingest_file(page, other, date=None, now=TOMORROW_AT_SIX).date == TOMORROW


def test_a_refused_file_stores_nothing(source: Source, page: Path) -> None:
    page.write_text(page.read_text() + "\nA Title Alone\n")
    with pytest.raises(DigestError, match=r"^line 5: the title 'A Title Alone' has no abstract"):
        ingest_file(page, source, date=None, now=TODAY_AT_SIX)
    assert not Digest.objects.exists()
