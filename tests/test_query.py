"""What somebody typed into the search field."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from digests.search.query import LONGEST, MOST_TERMS, Query, parse


def read(typed: str) -> list[list[str]]:
    """Return the terms of each alternative, as they would be typed again."""
    return [[str(term) for term in terms] for terms in parse(typed).alternatives]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gaussian splatting", [["gaussian", "splatting"]]),
        ('"language model" robots', [['"language model"', "robots"]]),
        ("“language model”", [['"language model"']]),
        ('"never closed', [['"never closed"']]),
        ("robots -survey", [["robots", "-survey"]]),
        ('robots -"a survey"', [["robots", '-"a survey"']]),
        ("gan OR vae", [["gan"], ["vae"]]),
        ("gan | vae", [["gan"], ["vae"]]),
        ("or gan or", [["gan"]]),
        ("-survey", []),
        ("gan or -vae", [["gan"]]),
        ("GPT-4.1", [['"GPT-4 1"']]),
        ("", []),
        ("?! ...", []),
    ],
)
def test_words_phrases_exclusions_and_alternatives_are_told_apart(
    typed: str, expected: list[list[str]]
) -> None:
    assert read(typed) == expected


@pytest.mark.parametrize(
    ("typed", "ways"),
    [
        ("Models", {"model"}),
        ("Schrödinger", {"schrodinger"}),
        (r"Schr\"odinger", {"schrodinger"}),
        (r"$\phi$", {"phi"}),
        ("pre-training", {"pre training", "pretraining"}),
        ("pretraining", {"pretraining", "pre training"}),
        ("pre training", {"pre training", "pretraining"}),
        ("zeroshot", {"zeroshot", "zero shot"}),
        ('"pretraining"', {"pretraining"}),
        ("few examples", {"few"}),
    ],
)
def test_a_word_is_looked_for_in_all_the_ways_it_is_written(typed: str, ways: set[str]) -> None:
    assert {*parse(typed).wanted[0].ways} == ways


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("graph transf", "transf"),
        ("pre-tr", "tr"),
        ('"graph transf"', ""),
        ("graph -transf", ""),
        ("", ""),
    ],
)
def test_only_a_last_word_that_stands_free_may_be_unfinished(typed: str, expected: str) -> None:
    assert parse(typed).unfinished == expected


def test_a_query_is_spelled_anew_where_words_were_meant() -> None:
    query = parse('gausian "splating scenes" -survey or 3D-gausian')
    meant = {"gausian": "gaussian", "splating": "splatting"}
    assert str(query.spelled(meant)) == 'gaussian "splatting scenes" -survey or 3D-gaussian'


def test_a_long_query_is_cut() -> None:
    assert len(parse("word " * 1000).wanted) == MOST_TERMS


@given(some.text(max_size=2 * LONGEST))
def test_nothing_that_is_typed_is_wrong(typed: str) -> None:
    query = parse(typed)
    assert isinstance(query, Query)
    assert all(way for term in query.wanted for way in term.ways)
