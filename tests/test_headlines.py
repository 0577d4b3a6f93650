import datetime as dt

import pytest

from newsletter.printing.headlines import (
    LONGEST_SUBJECT,
    by_frequency,
    lead,
    mention,
    reading_minutes,
    subject,
    summary,
)
from newsletter.printing.stories import Reason

MONDAY = dt.date(2026, 3, 16)


def test_a_subject_names_the_day_and_the_top_paper() -> None:
    said = subject(MONDAY, "Attention Is All You Need", 3)
    assert said == "Mon 16 March: Attention Is All You Need and 2 more"


def test_a_single_paper_has_no_more() -> None:
    assert subject(MONDAY, "GraphCast", 1) == "Mon 16 March: GraphCast"


def test_a_long_title_gives_way_to_the_day_and_the_count() -> None:
    said = subject(MONDAY, "A Very Deep Network " * 20, 2)
    assert len(said) <= LONGEST_SUBJECT
    assert said.startswith("Mon 16 March: A Very Deep Network")
    assert said.endswith("… and 1 more")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("catalogue", "on Birds"),
        ("words", "on Birds"),
        ("author", "by Birds"),
        ("everything", "everything else"),
    ],
)
def test_a_reason_is_mentioned_as_what_it_is(kind: str, said: str) -> None:
    assert mention(Reason("Birds", kind=kind)) == said


def test_what_is_mentioned_most_comes_first_and_then_what_came_first() -> None:
    assert by_frequency(["on Owls", "by Ada", "on Mice", "by Ada"]) == (
        "by Ada",
        "on Owls",
        "on Mice",
    )


@pytest.mark.parametrize(
    ("papers", "mentions", "expected"),
    [
        (1, ["on Video"], "1 paper on Video"),
        (2, ["on Video", "on Robotics"], "2 papers on Video and Robotics"),
        (9, ["on Video", "on Robotics", "on Graphs"], "9 papers on Video, Robotics, and Graphs"),
        (9, ["on A", "on B", "on C", "on D"], "9 papers on A, B, C, and D"),
        (9, ["on A", "on B", "on C", "on D", "on E"], "9 papers on A, B, C, and 2 more topics"),
        (30, [], "30 papers"),
    ],
)
def test_a_summary_counts_and_names(papers: int, mentions: list[str], expected: str) -> None:
    assert summary(papers, mentions) == expected


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        (["by Ada"], "9 papers by Ada"),
        (["by Ada", "on Video", "by Emmy"], "9 papers on Video, and by Ada and Emmy"),
        (
            ["on Video", *(f"by {name}" for name in "ABCDE")],
            "9 papers on Video, and by A, B, C, and 2 more authors",
        ),
    ],
)
def test_authors_are_named_after_the_topics(mentions: list[str], expected: str) -> None:
    assert summary(9, mentions) == expected


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        (["everything else"], "9 papers"),
        (["everything else", "on Video"], "9 papers on Video and everything else"),
        (["everything else", "by Ada"], "9 papers on everything else, and by Ada"),
    ],
)
def test_everything_is_whatever_is_left(mentions: list[str], expected: str) -> None:
    assert summary(9, mentions) == expected


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (600, 3)])
def test_reading_takes_a_minute_at_least(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes


@pytest.mark.parametrize(("minutes", "said"), [(1, "1 minute"), (2, "2 minutes")])
def test_a_lead_says_what_there_is_and_how_long_it_takes(minutes: int, said: str) -> None:
    assert lead(1, ["on Video"], minutes) == f"1 paper on Video · {said}"
