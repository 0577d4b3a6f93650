"""How a paper's authors are named on one line."""

import pytest
from django.utils import translation

from digests.shown.authors import byline, named


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        ([], ""),
        (["Ada", "Emmy", "Grace"], "Ada, Emmy, Grace"),
        (["Ada", "Emmy", "Grace", "Hedy"], "Ada, Emmy, Grace, Hedy"),
        (["Ada", "Emmy", "Grace", "Hedy", "Rosa"], "Ada, Emmy, Grace\xa0and\xa02\xa0more"),
    ],
)
def test_the_first_three_are_named_and_a_fourth_if_it_is_the_last(
    authors: list[str], said: str
) -> None:
    assert byline(authors) == said


def test_a_collaboration_is_counted_as_the_language_writes_numbers() -> None:
    everybody = ["Ada"] * 3_003
    assert byline(everybody).endswith("\xa0and\xa03,000\xa0more")
    with translation.override("de"):
        assert byline(everybody).endswith("\xa0und\xa03.000\xa0weitere")


def test_of_a_name_as_long_as_a_list_the_beginning_is_read() -> None:
    (name,) = named(["Ada Byron " * 5_000])
    assert name.startswith("Ada Byron Ada")
    assert 80 < len(name) <= 100
