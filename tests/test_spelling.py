"""What a misspelt word was meant to be."""

import pytest

from digests.search.spelling import meant

PAPERS = {"gaussian": 40, "splatting": 12, "splitting": 3, "robot": 90, "robust": 70, "gan": 50}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gausian", "gaussian"),
        ("gaussain", "gaussian"),
        ("guassian", "gaussian"),
        ("robbot", "robot"),
        ("splattng", "splatting"),
    ],
)
def test_a_slip_is_mended(typed: str, expected: str) -> None:
    assert meant([typed], PAPERS) == {typed: expected}


@pytest.mark.parametrize("typed", ["gaussian", "gam", "zebrafish", "x" * 100, ""])
def test_what_is_known_short_or_far_from_all_stays(typed: str) -> None:
    assert meant([typed], PAPERS) == {}


def test_of_words_equally_near_the_more_common_is_meant() -> None:
    assert meant(["splattting", "robst"], PAPERS)["robst"] in {"robot", "robust"}
    assert meant(["spltting"], PAPERS) == {"spltting": "splatting"}
