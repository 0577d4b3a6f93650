import datetime as dt

import pytest

from newsletter.headlines import LONGEST_SUBJECT, reading_minutes, subject, summary

MONDAY = dt.date(2026, 3, 16)


def test_a_subject_names_the_day_and_the_top_paper() -> None:
    titles = ["Attention Is All You Need", "GraphCast", "ReAct"]
    assert subject(MONDAY, titles) == "Mon 16 March: Attention Is All You Need and 2 more"


def test_a_single_paper_has_no_more() -> None:
    assert subject(MONDAY, ["GraphCast"]) == "Mon 16 March: GraphCast"


def test_a_long_title_gives_way_to_the_day_and_the_count() -> None:
    said = subject(MONDAY, ["A Very Deep Network " * 20, "GraphCast"])
    assert len(said) <= LONGEST_SUBJECT
    assert said.startswith("Mon 16 March: A Very Deep Network")
    assert said.endswith("… and 1 more")


@pytest.mark.parametrize(
    ("papers", "topics", "expected"),
    [
        (1, ["Video"], "1 paper on Video"),
        (2, ["Video", "Robotics"], "2 papers on Video and Robotics"),
        (9, ["Video", "Robotics", "Graphs"], "9 papers on Video, Robotics, and Graphs"),
        (9, ["A", "B", "C", "D"], "9 papers on A, B, C, and D"),
        (9, ["A", "B", "C", "D", "E"], "9 papers on A, B, C, and 2 more topics"),
        (30, [], "30 papers"),
    ],
)
def test_a_summary_counts_and_names(papers: int, topics: list[str], expected: str) -> None:
    assert summary(papers, topics) == expected


@pytest.mark.parametrize(
    ("topics", "authors", "expected"),
    [
        ([], ["Ada"], "9 papers by Ada"),
        (["Video"], ["Ada", "Emmy"], "9 papers on Video, and by Ada and Emmy"),
        (["Video"], [*"ABCDE"], "9 papers on Video, and by A, B, C, and 2 more authors"),
    ],
)
def test_authors_are_named_after_the_topics(
    topics: list[str], authors: list[str], expected: str
) -> None:
    assert summary(9, topics, authors) == expected


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (600, 3)])
def test_reading_takes_a_minute_at_least(words: int, minutes: int) -> None:
    assert reading_minutes(["word " * words]) == minutes
