import datetime as dt
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.page_text import parse
from digests.sources.parsed import MAX_BYTES, DigestError, ParsedDigest

Papers = list[tuple[str, str]]

TODAY = dt.date(2026, 3, 20)
SLOGAN = "Get trending papers in your email inbox!"
HEADER_A = ["new", SLOGAN, "Subscribe", "byAK and the research community", "Mar 14"]
HEADER_B = ["Get trending papers in your email inbox once a day!", SLOGAN]
OWLS = (
    "We follow forty owls for a winter and ask which of them hunts by ear alone; " * 3 + "most do"
)
TIDES = (
    "A gauge, a clock and a patient student are enough to foretell the tides of a bay. " * 2 + "!"
)
PAPERS = [("Do Owls Listen?", OWLS), ("tides without Tables", TIDES.strip())]

# Pages whose papers were counted by hand, and how many distinct titles a folder has in all. The
# second folder stands beside some working copies and is no part of the project.
COUNTED = {
    Path(__file__).parents[1] / "digests" / "samples": (
        {"2026-03-16.txt": 20, "2026-03-17.txt": 19, "2026-03-18.txt": 20},
        53,
    ),
    Path(__file__).parents[2] / "shared" / "samples" / "pages": (
        {"listing-mar-14.txt": 62, "listing-undated.txt": 290},
        351,
    ),
}


def layout_a(papers: Papers, header: list[str] = HEADER_A) -> str:
    return "".join(
        f"{line}\n\n" for line in [*header, *(text for paper in papers for text in paper)]
    )


def layout_b(papers: Papers, header: list[str] = HEADER_B) -> str:
    return "\n".join([*header, "Subscribe" + "\n".join(text for paper in papers for text in paper)])


def read(page: str | bytes, today: dt.date = TODAY) -> ParsedDigest:
    return parse(page.encode() if isinstance(page, str) else page, today=today)


def pairs(page: str | bytes) -> Papers:
    return [(paper.title, paper.abstract) for paper in read(page).papers]


def refusal(page: str | bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        read(page)
    return caught.value


# Layouts


def test_layout_a_gives_its_papers_in_order_and_its_day() -> None:
    assert pairs(layout_a(PAPERS)) == PAPERS
    assert read(layout_a(PAPERS)).date == dt.date(2026, 3, 14)


def test_layout_b_gives_its_papers_in_order_and_no_day() -> None:
    assert pairs(layout_b(PAPERS)) == PAPERS
    assert read(layout_b(PAPERS)).date is None


def test_a_paper_knows_the_line_of_its_title() -> None:
    assert [paper.line for paper in read(layout_a(PAPERS)).papers] == [11, 15]
    assert [paper.line for paper in read(layout_b(PAPERS)).papers] == [3, 5]


@pytest.mark.parametrize("missing", HEADER_A)
def test_any_header_line_may_be_missing(missing: str) -> None:
    header = [line for line in HEADER_A if line != missing]
    assert pairs(layout_a(PAPERS, header)) == PAPERS


def test_a_page_may_have_no_header_at_all() -> None:
    assert pairs(layout_a(PAPERS, [])) == PAPERS


def test_layout_a_without_its_blank_lines_is_read_line_by_line() -> None:
    assert pairs(layout_a(PAPERS).replace("\n\n", "\n")) == PAPERS


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("layout", [layout_a, layout_b])
def test_line_ends_of_other_systems_are_line_ends(
    layout: Callable[[Papers], str], newline: str
) -> None:
    assert pairs(layout(PAPERS).replace("\n", newline)) == PAPERS


@pytest.mark.parametrize("page", [layout_a(PAPERS), layout_b(PAPERS)])
def test_a_byte_order_mark_and_spaces_at_line_ends_do_not_count(page: str) -> None:
    assert pairs("\ufeff\n" + page.replace("\n", " \t\n") + "\u00a0\n \n") == PAPERS


def test_text_broken_over_lines_between_blank_lines_is_joined() -> None:
    broken = [(title, abstract.replace("; ", ";\n ")) for title, abstract in PAPERS]
    assert pairs(layout_a(broken)) == PAPERS


def test_a_title_listed_twice_is_kept_in_its_first_place() -> None:
    assert pairs(layout_a([*PAPERS, (PAPERS[0][0], TIDES)])) == PAPERS


def test_text_is_kept_as_received_but_for_its_ends() -> None:
    title, abstract = "<think> about mathcal{O}(n)\u202e", "``Quotes'',  360{\\deg}\u2028 " * 9
    assert pairs(layout_b([(title, f" {abstract} ")])) == [(title, abstract.strip())]


# The button


@pytest.mark.parametrize("title", ["φ-Owls", "3 Owls", "xOwl", "Subscribers of Owls", "Subscribe"])
def test_the_button_is_cut_from_the_first_title_once(title: str) -> None:
    assert pairs(layout_b([(title, OWLS)])) == [(title, OWLS)]


@pytest.mark.parametrize("title", ["Subscribe to my channel", "Subscribers", "SubscribeNet", "new"])
def test_titles_that_look_like_a_header_line_are_titles(title: str) -> None:
    assert pairs(layout_a([(title, OWLS)])) == [(title, OWLS)]
    assert pairs(layout_b([*PAPERS, (title, OWLS)])) == [*PAPERS, (title, OWLS)]


@pytest.mark.parametrize("title", ["Subscribe to my channel", "Subscribers and their Owls"])
def test_the_first_title_of_a_page_without_button_keeps_its_words(title: str) -> None:
    assert pairs(layout_a([(title, OWLS)], ["new", SLOGAN])) == [(title, OWLS)]


def test_the_glued_button_is_found_without_the_slogan_and_between_blank_lines() -> None:
    assert pairs(layout_b(PAPERS, [])) == PAPERS
    assert pairs(layout_b(PAPERS).replace("\n", "\n\n")) == PAPERS


# The day


@pytest.mark.parametrize(
    ("day", "today", "date"),
    [
        ("Mar 14", "2026-03-14", "2026-03-14"),
        ("Mar 14", "2026-03-13", "2025-03-14"),
        ("Dec 31", "2026-01-01", "2025-12-31"),
        ("Jan 1", "2026-01-01", "2026-01-01"),
        ("Jan 2", "2026-01-01", "2025-01-02"),
        ("Feb 29", "2026-03-20", "2024-02-29"),
        ("Feb 29", "2024-02-28", "2020-02-29"),
        ("Feb 29", "2104-02-28", "2096-02-29"),
    ],
)
def test_the_day_is_the_latest_such_day_not_after_today(day: str, today: str, date: str) -> None:
    digest = read(layout_a(PAPERS, [*HEADER_A[:-1], day]), dt.date.fromisoformat(today))
    assert digest.date == dt.date.fromisoformat(date)


@pytest.mark.parametrize("day", ["Feb 30", "Mar 32", "Apr 0"])
def test_a_day_outside_the_calendar_is_refused(day: str) -> None:
    error = refusal(layout_a(PAPERS, [*HEADER_A[:-1], day]))
    assert f"{day} is not in the calendar" in error.reason
    assert error.line == 9


def test_a_day_before_the_calendar_begins_is_refused() -> None:
    with pytest.raises(DigestError, match="not in the calendar"):
        read(layout_a(PAPERS), dt.date(1, 1, 1))


# Refusals


@pytest.mark.parametrize(
    ("page", "line", "reason"),
    [
        (b"", None, "empty"),
        (b"\xef\xbb\xbf\r\n \n", None, "empty"),
        (b"one\r\ntwo\r\n\x7fELF\0\0", 3, "binary"),
        ("Owls".encode("utf-16"), 1, "UTF-16"),
        (b"\xef\xbb\xbfone\n\n\xe9", 3, "0xE9 is not UTF-8"),
        (b"\n<!DOCTYPE html>\n<p>Owls", 2, "HTML"),
        (b"<HTML lang='en'>", 1, "HTML"),
        (b"Owls\n\n  <div class='owl'>\n", 3, "HTML"),
        (b"Owls\n<body>", 2, "HTML"),
        (b"<!--saved--><i>", 1, "HTML"),
        (b"<?xml version='1.0'?><rss>", 1, "XML"),
        (b'\n[{"paper": {}}]', 2, "JSON"),
        (b'{"papers": []}', 1, "JSON"),
        (b"[]", 1, "JSON"),
        ("\n".join(HEADER_A).encode(), 5, "lists no paper"),
    ],
)
def test_what_is_no_page_is_refused_on_its_line(page: bytes, line: int | None, reason: str) -> None:
    error = refusal(page)
    assert reason in error.reason
    assert error.line == line


@pytest.mark.parametrize(
    "title", ["[Re] Owls", "{\\epsilon}-Owls", "<p-value> Owls", "<think> Owls"]
)
def test_a_bracket_alone_makes_no_markup(title: str) -> None:
    assert pairs(layout_a([(title, OWLS)], [])) == [(title, OWLS)]


def test_a_page_too_big_is_refused_before_it_is_read() -> None:
    error = refusal(b"\xff" * (MAX_BYTES + 1))
    assert "20,000,001 bytes, more than 20,000,000" in error.reason


@pytest.mark.parametrize(
    ("stray", "line", "reason"),
    [
        ([("A Title Alone", "")], 19, "'A Title Alone' has no abstract, the page ends there"),
        (
            [("A Title", "Another Title"), (OWLS, "")],
            19,
            "'A Title' has no abstract, fewer than 100",
        ),
        ([("Owls " * 50, OWLS[:200])], 19, "not longer than the title"),
        ([("\\" * 250, "Mice")], 19, "...' has no abstract, fewer than 100"),
        ([("Owls " * 70, OWLS)], 19, "has 349 characters, too many for a title"),
    ],
)
def test_a_title_without_its_abstract_is_refused(stray: Papers, line: int, reason: str) -> None:
    error = refusal(layout_a([*PAPERS, *stray]))
    assert reason in error.reason
    assert error.line == line


def test_a_line_too_many_stops_the_page_instead_of_swapping_the_rest() -> None:
    lines = layout_b(PAPERS).split("\n")
    assert refusal("\n".join([*lines[:4], "Listen", *lines[4:]])).line == 5


def test_a_line_too_few_stops_the_page_instead_of_swapping_the_rest() -> None:
    lines = layout_b(PAPERS * 2).split("\n")
    assert refusal("\n".join([*lines[:4], *lines[5:]])).line == 5


@pytest.mark.parametrize("pair", ["a\nb.\n", "a\n\nb.\n\n"])
def test_more_papers_than_any_page_has_are_refused(pair: str) -> None:
    assert "more than 50,000 papers" in refusal(pair * 50_001).reason


def test_a_text_as_long_as_a_book_is_refused_on_its_line() -> None:
    error = refusal(f"{OWLS}\n\n" + "so\n" * 400_000)
    assert "1,199,999 characters without a break" in error.reason
    assert error.line == 3


def test_a_copied_page_is_no_faithful_text() -> None:
    assert not read(layout_a(PAPERS)).is_faithful


@pytest.mark.parametrize("run", ["\n", " ", "\n ", "by", "Subscribe", "<", SLOGAN, f"{SLOGAN}\n"])
def test_a_megabyte_of_one_thing_is_refused_without_retracing_it(run: str) -> None:
    assert refusal(f"{SLOGAN}\n" + run * (1_000_000 // len(run)) + "\nend").reason


def test_a_refusal_reads_as_line_reason_and_remedy() -> None:
    said = str(refusal(layout_a([*PAPERS, ("A Title Alone", "")])))
    assert said.startswith("line 19: the title 'A Title Alone' has no abstract")
    assert said.endswith("mend the page here or just above and paste it again")


def test_a_refusal_of_the_whole_page_names_no_line() -> None:
    assert str(refusal("")) == "the page is empty; paste the text of a listing page"


@pytest.mark.parametrize("title", ["\x1b[2J is a title", "\x1b[2J" * 99])
def test_a_refused_title_cannot_steer_the_terminal(title: str) -> None:
    assert r"\x1b[2J" in str(refusal(title))
    assert "\x1b" not in str(refusal(title))


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(DigestError("torn", line=3)))  # noqa: S301 - made right here
    assert (str(error), error.line) == ("line 3: torn", 3)


# Real pages


@pytest.mark.parametrize("folder", [folder for folder in COUNTED if folder.exists()])
def test_counted_pages_give_the_papers_counted(folder: Path) -> None:
    counts, distinct = COUNTED[folder]
    papers = {name: read((folder / name).read_bytes()).papers for name in counts}
    assert {name: len(listed) for name, listed in papers.items()} == counts
    assert len({paper.title for listed in papers.values() for paper in listed}) == distinct


# Properties

lines = st.text(
    st.characters(exclude_characters="\0\r\n", exclude_categories=["Cs"]), max_size=200
).map(str.strip)
papers_of_any_words = st.lists(
    st.tuples(lines.filter(bool), lines.map(lambda words: f"{words} {OWLS}".strip())),
    min_size=1,
    unique_by=lambda paper: paper[0],
)
scraps = st.sampled_from(
    [
        *HEADER_A,
        *HEADER_B,
        "\n",
        "\n\n",
        "\r\n",
        "Owls\n",
        OWLS,
        TIDES,
        "Feb 29",
        "<p>",
        "[",
        "\ufeff",
    ]
).map(str.encode)


@given(papers_of_any_words)
def test_any_papers_come_back_from_both_layouts(papers: Papers) -> None:
    assert pairs(layout_a(papers)) == papers
    assert pairs(layout_b(papers)) == papers


@given(st.binary() | st.lists(scraps | st.binary(max_size=3)).map(b"".join))
def test_any_bytes_give_papers_or_a_refusal(data: bytes) -> None:
    try:
        papers = read(data).papers
    except DigestError:
        return
    assert papers
    assert all(paper.title and paper.abstract for paper in papers)


def test_a_short_abstract_is_one_if_it_ends_as_a_sentence_does() -> None:
    page = "new\n\nOwls at Noon, a Long Title of a Short Paper\n\nIt was withdrawn."
    assert [paper.abstract for paper in parse(page.encode(), today=TODAY).papers] == [
        "It was withdrawn."
    ]
