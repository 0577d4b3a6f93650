"""Whole days: the pages that come with the project and, where they are at hand, real digests."""

import datetime as dt
import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from digests.ingest.archive import Known, files_in, ingest_files
from digests.ingest.once import Ingested
from digests.models import Paper
from digests.sources import DigestError

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
OWN = ROOT / "digests/samples"
REAL = ROOT.parent / "shared/samples"
KINDS = ("arxiv", "feeds", "huggingface", "pages")
NOW = dt.datetime(2026, 11, 21, 6, tzinfo=dt.UTC)

COUNTS = {
    OWN: {"2026-03-16.txt": 20, "2026-03-17.txt": 19, "2026-03-18.txt": 20},
    REAL: {
        "pages/listing-mar-14.txt": 62,
        "pages/listing-undated.txt": 290,
        "arxiv/atom-feed-new-submissions.xml": 7,
        "arxiv/api-q_testing.xml": 10,
        "arxiv/api-id_0808.05394_1707.08567.xml": 1,
        "arxiv/api-id_2104.12255v1.xml": 1,
        "arxiv/api-id_astro-ph_0601001.xml": 1,
        "arxiv/api-id_0000.0000.xml": 0,
        "feeds/full.atom": 1,
        "feeds/full.json": 1,
        "feeds/full.rss": 1,
    },
}
REFUSED = {
    "arxiv/api-id_abc.xml",
    "feeds/empty.atom",
    "feeds/invalid.json",
    "feeds/relative.rss",
    "huggingface/damaged-2024-12-11.json",
    "huggingface/damaged-2024-12-12.json",
    "huggingface/damaged-2025-01-10.json",
}


def samples() -> list[Path]:
    return files_in([OWN, *(REAL / kind for kind in KINDS if (REAL / kind).is_dir())])


def ingested(paths: Sequence[Path]) -> dict[Path, Ingested | DigestError]:
    return dict(ingest_files(paths, Known(), lambda: NOW, many=len(paths) + 1))


def stored() -> list[Any]:
    """Return all that must not depend on the order: papers with their names, words and topics."""
    papers = Paper.objects.standing().prefetch_related("aliases", "topics__topic", "digests")
    return sorted(
        (
            sorted((alias.kind, alias.value.partition("/")[2]) for alias in paper.aliases.all()),
            (paper.title, paper.abstract, paper.authors, paper.url, paper.code_url),
            paper.first_listed_on,
            sorted((row.topic.key, row.because) for row in paper.topics.all()),
            sorted(digest.date for digest in paper.digests.all()),
        )
        for paper in papers
    )


def test_every_sample_has_the_papers_that_were_counted_in_it() -> None:
    found = ingested(samples())
    for folder, counts in COUNTS.items():
        here = {path: count for name, count in counts.items() if (path := folder / name).exists()}
        assert {
            path: done.papers for path in here if isinstance(done := found[path], Ingested)
        } == here
    refused = {
        path.relative_to(REAL).as_posix()
        for path, done in found.items()
        if isinstance(done, DigestError)
    }
    assert refused == {name for name in REFUSED if (REAL / name).exists()}


def test_a_day_of_an_archive_is_stored_under_the_day_in_its_name() -> None:
    paths = files_in([REAL / "huggingface"]) if REAL.is_dir() else []
    days = {path.stem: done for path, done in ingested(paths).items() if path.name[0] == "2"}
    assert all(isinstance(done, Ingested) and str(done.date) == day for day, done in days.items())
    assert Paper.objects.count() == (680 if days else 0)


@pytest.mark.parametrize("seed", range(3))
def test_every_order_and_a_second_time_gives_the_same_papers(
    seed: int, clean_slate: Callable[[], AbstractContextManager[None]]
) -> None:
    paths = samples()
    with clean_slate():
        ingested(paths)
        once = stored()
    with clean_slate():
        chance = random.Random(seed)  # noqa: S311 - an order is no secret
        ingested(chance.sample(paths + paths[::2], len(paths) + len(paths[::2])))
        assert stored() == once
