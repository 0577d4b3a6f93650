"""A site with an archive: papers of many days, the newest of today, and its pages."""

import datetime as dt
from typing import Any

from django.db import connection
from django.urls import reverse

from benchmarks.archive import PaperMaker
from benchmarks.visitor import ticked
from digests.matching.rematch import match_anew
from digests.models import Digest, DigestPaper, Paper, Source

PAPERS_A_DAY = 200  # of several sources
_CHUNK = 2_000
_TOPICS = ("llm", "agents", "video")


def fill(papers: int) -> None:
    """Store papers, their topics, and the list of each day, the oldest first."""
    maker, now = PaperMaker(papers), dt.datetime.now(dt.UTC)
    source = Source.objects.create(slug="benchmark", name="Benchmark")
    ages = range((papers - 1) // PAPERS_A_DAY, -1, -1)
    days = Digest.objects.bulk_create(
        Digest(source=source, date=now.date() - dt.timedelta(days=age)) for age in ages
    )
    for start in range(0, papers, _CHUNK):
        numbers = range(start, min(start + _CHUNK, papers))
        made = Paper.objects.bulk_create(
            _paper(maker, number, days[number // PAPERS_A_DAY].date) for number in numbers
        )
        match_anew(made)
        DigestPaper.objects.bulk_create(
            DigestPaper(
                digest=days[number // PAPERS_A_DAY],
                paper=paper,
                place=number % PAPERS_A_DAY + 1,
                upvotes=maker.random.randrange(200),
                listed_at=now,
            )
            for number, paper in zip(numbers, made, strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def paths() -> dict[str, str]:
    """Return the paths of the pages that there are, by name; see `visitor.measure` for "#"."""
    paper = Paper.objects.order_by("?")[0]
    pages: dict[str, tuple[str, list[Any], str]] = {
        "front page": ("sign-up", [], ""),
        "a topic ticked": ("preview", [], f"#{ticked(*_TOPICS)}"),
        "the same as a mail": ("sample", [], f"?topics={','.join(_TOPICS)}"),
        "newest day": ("papers", [], ""),
        "a paper": ("paper", [paper.pk, paper.slug], ""),
        "all topics": ("topics", [], ""),
        "a topic": ("topic", [_TOPICS[0]], ""),
        "a search": ("search", [], "?q=language+model"),
        "a feed": ("feed", [_TOPICS[0], "atom"], ""),
    }
    return {name: reverse(view, args=of) + rest for name, (view, of, rest) in pages.items()}


def _paper(maker: PaperMaker, number: int, date: dt.date) -> Paper:
    return Paper(
        title=maker.title(number),
        abstract=maker.abstract(),
        authors=maker.authors(),
        categories=["cs.LG", "cs.CL"],
        url=f"https://arxiv.org/abs/{number:09}",
        first_listed_on=date,
    )
