"""What the worst inputs may cost; `make bench BENCH=parsers` measures over four hundred."""

import pytest

from benchmarks.parsers import DETECTED, FUSE_SECONDS, MOST_MEGABYTES, MOST_SECONDS, Cost, measure
from benchmarks.worst_inputs import EVERYWHERE, NUMBER, OF_KIND, Worst, limit, worst
from digests.sources import Kind

# Two seconds are promised of an idle machine. A parser that looks back at what it has read takes
# hours for 20 MB, so that a busy machine need not fail this.
GENEROUS_SECONDS = 5 * MOST_SECONDS


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Kind.ARXIV_FEED, "entries"),
        (Kind.ARXIV_MAIL, "authors, wide"),
        (Kind.ARXIV_MAIL, "open parentheses"),
        (Kind.CSV, "fifty thousand rows, wide"),
        (Kind.CSV, "rows of authors"),
        (Kind.FEED, "attributes"),
        (Kind.FEED, "entity bomb"),
        (Kind.HUGGING_FACE, "title of surrogates"),
        (Kind.HUGGING_FACE_PAGE, "attributes"),
        (Kind.JSON_FEED, "items of digits"),
        (Kind.JSON_LINES, "papers of surrogates"),
        (Kind.MARKDOWN, "linked items"),
        (Kind.PAGE_TEXT, "fifty thousand papers, wide"),
        (DETECTED, "attributes"),
    ],
)
def test_the_worst_input_of_a_kind_stays_within_its_limits(kind: str, name: str) -> None:
    cost = measure(kind, name)
    assert cost.seconds < GENEROUS_SECONDS, cost
    assert cost.megabytes < MOST_MEGABYTES, cost


@pytest.mark.parametrize("kind", Kind)
def test_a_worst_input_fills_its_limit(kind: Kind) -> None:
    assert len(worst(kind)) == len(EVERYWHERE) + len(OF_KIND[kind])  # no name is there twice
    for it in worst(kind).values():
        size = len(it.fill(limit(kind) // 100))
        assert size <= max(limit(kind) // 100, len(it.head + it.tail)), it.name


def test_units_that_are_numbered_differ() -> None:
    assert Worst("owls", NUMBER + b"%\n", b"<", b">").fill(21) == b"<0000000%\n0000001%\n>"


def test_a_parse_that_ends_badly_breaks_the_limits() -> None:
    cost = measure("no such kind", "no such name")
    assert not cost.is_within_limits
    assert "no such kind" in cost.outcome
    assert Cost(1, MOST_SECONDS, MOST_MEGABYTES, "3 papers").is_within_limits
    assert MOST_SECONDS < GENEROUS_SECONDS < FUSE_SECONDS
