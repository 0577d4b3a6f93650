"""The steps of `benchmarks.matching`: papers and phrases are stored, meet, and meet naively."""

import datetime as dt
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from benchmarks.archive import PaperMaker
from benchmarks.processes import peak_mb
from digests.matching import stored
from digests.matching.own.words import key_of_words
from digests.matching.rematch import match_anew
from digests.matching.snapshot import Matched, Readable
from digests.models import Paper, PaperTopic, Topic

PAPERS = 500  # of a measurement
DATE = dt.date(2026, 3, 16)
# How many words a phrase has. One in ten is a single word: what many want is one row.
_SIZES, _SHARES = (1, 2, 3, 4), (10, 50, 30, 10)
# The commonest words, which nobody may follow: they are in over a third of the papers.
_TOO_COMMON = 200
# Of the phrases each paper says so many, beside those that chance puts there.
_SAID = 8
# The naive loop is measured with so many of both, and multiplied.
_SAMPLE_PAPERS, _SAMPLE_PHRASES = 20, 1_000


def fill(phrases: int) -> dict[str, Any]:
    """Store papers for two measurements, and what readers typed."""
    maker = PaperMaker(phrases)
    typed = _typed(maker, phrases)
    Topic.objects.bulk_create(
        [Topic(kind=Topic.Kind.WORDS, key=it, name=it, is_offered=False) for it in typed],
        batch_size=1_000,
    )
    Paper.objects.bulk_create(
        Paper(
            title=maker.title(number),
            abstract=maker.abstract(*maker.random.choices(typed, k=_SAID)),
            authors=maker.authors(),
            categories=["cs.LG", "cs.CL"],
            first_listed_on=DATE,
        )
        for number in range(2 * PAPERS)
    )
    return {}


def meet(_phrases: int) -> dict[str, Any]:
    """Match and store the first half of the papers cold, with all to be made, the other warm."""
    papers = [*Paper.objects.order_by("pk")]
    cold, warm = papers[:PAPERS], papers[PAPERS:]
    seconds = {"cold": _stored(cold), "warm": _stored(warm)}
    peak = peak_mb()
    rows = PaperTopic.objects.filter(paper__in=warm)
    return seconds | {
        "parts": _parts(warm, seconds["warm"]),
        "peak_mb": peak,
        "rows": rows.count(),
    }


def meet_naively(_phrases: int) -> dict[str, Any]:
    """Search some papers with an expression a phrase; return the seconds that all would take.

    Raises SystemExit where it finds what we did not.
    """
    topics = [*Topic.objects.own().order_by("pk")]
    sample = topics[:: len(topics) // _SAMPLE_PHRASES or 1]
    papers = [*Paper.objects.order_by("pk")[:_SAMPLE_PAPERS]]
    patterns = {it.pk: re.compile(rf"\b{re.escape(it.key)}\b", re.IGNORECASE) for it in sample}
    start = time.perf_counter()
    found = {
        (paper.pk, topic)
        for paper in papers
        for topic, pattern in patterns.items()
        if pattern.search(f"{paper.title}\n{paper.abstract}")
    }
    seconds = time.perf_counter() - start
    ours = {*PaperTopic.objects.filter(paper__in=papers).values_list("paper", "topic")}
    if missed := found - ours:
        raise SystemExit(f"Not found: {missed}")
    return {"naive": seconds * PAPERS / len(papers) * len(topics) / len(sample)}


STEPS: dict[str, Callable[[int], dict[str, Any]]] = {
    "fill": fill,
    "meet": meet,
    "meet naively": meet_naively,
}


def _typed(maker: PaperMaker, count: int) -> list[str]:
    """Return so many different phrases of words that papers hold, most of them rare."""
    words = maker.vocabulary[_TOO_COMMON:]
    phrases: dict[str, None] = {}
    while len(phrases) < count:
        size = maker.random.choices(_SIZES, _SHARES)[0]
        phrases[key_of_words(" ".join(maker.random.choices(words, k=size)))] = None
    return [*phrases]


def _stored(papers: Sequence[Paper]) -> float:
    """Match and store papers as ingest does; return the seconds, the commit included."""
    start = time.perf_counter()
    with transaction.atomic():
        match_anew(papers)
    return time.perf_counter() - start


def _parts(papers: Sequence[Paper], seconds: float) -> dict[str, float]:
    """Return the seconds of each part: storing takes what the others leave of the time in all."""
    parts = defaultdict[str, float](float)
    with _timed(parts, "look for changes"):
        stored.stamp()
    with _timed(parts, "read topics"):
        snapshot = stored.snapshot()
    with _timed(parts, "build"):
        matcher = snapshot.matcher()
    with _timed(parts, "match"):
        for paper in papers:
            Matched.of(Readable.of(paper), matcher)
    parts["store"] = seconds - parts["look for changes"] - parts["match"]
    return parts


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[part] = time.perf_counter() - start
