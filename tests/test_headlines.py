import re

import pytest
from django.utils import translation

from config.languages import LANGUAGES
from newsletter.printing.headlines import (
    BY,
    LONGEST_HEADLINE,
    LONGEST_OPENING,
    LONGEST_SUBJECT,
    ON,
    REST,
    Mention,
    by_frequency,
    lead,
    mention,
    preheader,
    reading_minutes,
    reading_time,
    subject,
    summary,
    words,
)
from newsletter.printing.stories import Kind, Reason, Story

OTHERS = Mention(REST)


def on(*names: str) -> list[Mention]:
    return [Mention(ON, name) for name in names]


def by(*names: str) -> list[Mention]:
    return [Mention(BY, name) for name in names]


@pytest.mark.parametrize(
    ("papers", "daily", "weekly"),
    [
        (1, "GraphCast", "GraphCast · this week"),
        (2, "GraphCast · and 1 more", "GraphCast · and 1 more this week"),
        (7, "GraphCast · and 6 more", "GraphCast · and 6 more this week"),
    ],
)
def test_a_subject_names_the_top_paper_and_counts_the_others(
    papers: int, daily: str, weekly: str
) -> None:
    assert subject("GraphCast", papers, is_weekly=False) == daily
    assert subject("GraphCast", papers, is_weekly=True) == weekly


def test_a_long_title_gives_way_to_the_count() -> None:
    for is_weekly in (True, False):
        said = subject("A Very Deep Network " * 20, 12, is_weekly=is_weekly)
        assert len(said) <= LONGEST_SUBJECT
        assert said.startswith("A Very Deep Network A Very")
        assert "… · and 11 more" in said


@pytest.mark.parametrize("papers", [1, 3])
def test_a_title_that_says_nothing_is_a_mark_alone(papers: int) -> None:
    said = subject("," * 300, papers, is_weekly=False)
    assert said == ("…" if papers == 1 else "… · and 2 more")


def test_a_preheader_goes_on_where_the_subject_ends() -> None:
    stories = [Story(title) for title in ("One", "Two", "Three", "Four", "Five")]
    assert preheader(stories) == "Two · Three · Four"


def test_a_single_paper_is_told_from_its_abstract() -> None:
    told = preheader([Story("Owls", abstract="They hunt at night.\nMice know. " * 30)])
    assert told.startswith("They hunt at night. Mice know.")
    assert len(told) <= LONGEST_OPENING


def test_long_titles_leave_room_for_others() -> None:
    told = preheader([Story("Owls"), Story("Mice " * 90), Story("Bats " * 90)])
    assert max(map(len, told.split(" · "))) <= LONGEST_HEADLINE
    assert "Mice\xa0… · Bats" in told


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("catalogue", Mention(ON, "Birds")),
        ("words", Mention(ON, "Birds")),
        ("author", Mention(BY, "Birds")),
        ("everything", OTHERS),
    ],
)
def test_a_reason_is_mentioned_as_what_it_is(kind: str, said: Mention) -> None:
    assert mention(Reason("Birds", kind=kind)) == said


def test_what_is_mentioned_most_comes_first_and_then_what_came_first() -> None:
    [owls], [ada], [mice] = on("Owls"), by("Ada"), on("Mice")
    assert by_frequency([owls, ada, mice, ada]) == (ada, owls, mice)


@pytest.mark.parametrize(
    ("papers", "mentions", "expected"),
    [
        (1, on("Video"), "1 paper on Video"),
        (2, on("Video", "Robotics"), "2 papers on Video and Robotics"),
        (9, on("Video", "Robotics", "Graphs"), "9 papers on Video, Robotics, and Graphs"),
        (9, on(*"ABCD"), "9 papers on A, B, C, and D"),
        (9, on(*"ABCDE"), "9 papers on A, B, C, and 2 more topics"),
        (30, [], "30 papers"),
    ],
)
def test_a_summary_counts_and_names(papers: int, mentions: list[Mention], expected: str) -> None:
    assert summary(papers, mentions) == expected


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        (by("Ada"), "9 papers by Ada"),
        ([*by("Ada"), *on("Video"), *by("Emmy")], "9 papers on Video, and by Ada and Emmy"),
        (
            [*on("Video"), *by(*"ABCDE")],
            "9 papers on Video, and by A, B, C, and 2 more authors",
        ),
    ],
)
def test_authors_are_named_after_the_topics(mentions: list[Mention], expected: str) -> None:
    assert summary(9, mentions) == expected


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([OTHERS], "9 papers"),
        ([OTHERS, *on("Video")], "9 papers on Video and everything else"),
        ([OTHERS, *by("Ada")], "9 papers on everything else, and by Ada"),
    ],
)
def test_everything_is_whatever_is_left(mentions: list[Mention], expected: str) -> None:
    assert summary(9, mentions) == expected


def test_all_that_is_said_of_a_paper_is_read() -> None:
    reasons = (Reason("Birds", ("owl", "beak")), Reason("Ada Byron", kind=Kind.AUTHOR))
    story = Story("Do Owls Listen?", ("Ada Byron",), "They do.", reasons=reasons, more_authors=2)
    assert words(story) == (3 + 3) + 3 + (2 + 3) + 2  # reasons, title, authors, abstract


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (600, 3)])
def test_reading_takes_a_minute_at_least(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes


@pytest.mark.parametrize(("minutes", "said"), [(1, "1\xa0minute"), (2, "2\xa0minutes")])
def test_a_lead_says_what_there_is_and_how_long_it_takes(minutes: int, said: str) -> None:
    assert lead(1, on("Video"), minutes, is_weekly=False) == f"1 paper on Video\xa0· {said}"
    assert lead(1, [], minutes, is_weekly=True) == f"This week: 1 paper\xa0· {said}"


@pytest.mark.parametrize("language", dict(LANGUAGES))
def test_no_line_ends_between_a_number_and_its_minutes(language: str) -> None:
    with translation.override(language):
        said = reading_time(6)
    assert re.search(r"6\xa0\w", said)
    assert " " not in said
