import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.huggingface import MAX_OBJECTS, MAX_PAPERS, looks_like, parse
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError

# What an answer held in May 2024, and two years later.
OLD: dict[str, Any] = {
    "paper": {
        "id": "2405.15738",
        "authors": [
            {"_id": "6", "name": "Ula Strix", "hidden": False},
            {
                "_id": "7",
                "user": {"fullname": "B"},
                "name": "Bo Tyto",
                "status": "claimed_verified",
            },
            {"_id": "8", "name": "Nobody", "hidden": True},
        ],
        "publishedAt": "2024-05-24T17:34:15.000Z",
        "title": "Do Owls Listen?\n  A Winter's Answer",
        "summary": "They\ndo.",
        "upvotes": 0,
    },
    "publishedAt": "2024-05-27T03:50:58.348Z",
    "title": "Do Owls Listen? A Winter's Answer",
    "mediaUrl": "https://example.org/owl.png",
    "numComments": 2,
}
NEW: dict[str, Any] = {
    "paper": {
        "id": "2607.15330",
        "authors": [],
        "publishedAt": "2026-07-16T00:00:00.000Z",
        "submittedOnDailyAt": "2026-07-20T00:00:00.000Z",
        "submittedOnDailyBy": {"_id": "9", "user": "ula"},
        "title": "Tides",
        "summary": "They rise.",
        "upvotes": 12,
        "githubRepo": "https://github.com/ula/tides",
        "githubStars": 4,
        "ai_keywords": ["tide"],
        "organization": {"name": "sea"},
    },
    "publishedAt": "2026-07-15T20:00:00.000Z",
    "title": "Other Tides",
    "summary": "They fall.",
    "isAuthorParticipating": True,
}

# Folders with answers: their names, and how many answers, papers and known days. The second one
# stands beside some working copies and is no part of the project.
ANSWERS = {
    Path(__file__).parent / "samples": ("hugging-face.[no]*.json", (2, 3, 1)),
    Path(__file__).parents[2] / "shared" / "samples" / "huggingface": ("2*.json", (37, 680, 25)),
}


def read(*entries: Any) -> ParsedDigest:
    return parse(json.dumps(entries).encode())


def changed(**members: Any) -> dict[str, Any]:
    return {**NEW, "paper": {**NEW["paper"], **members}}


def paper(**members: Any) -> ParsedPaper:
    return read(changed(**members)).papers[0]


def refusal(data: Any) -> DigestError:
    with pytest.raises(DigestError) as caught:
        parse(data if isinstance(data, bytes) else json.dumps(data).encode())
    return caught.value


def test_a_paper_of_2024_is_read() -> None:
    assert read(OLD).papers == (
        ParsedPaper(
            title="Do Owls Listen?\n  A Winter's Answer",
            abstract="They\ndo.",
            authors=("Ula Strix", "Bo Tyto"),
            arxiv_id="2405.15738",
            own_id="2405.15738",
            upvotes=0,
            published_on=dt.date(2024, 5, 24),
        ),
    )


def test_a_paper_of_2026_is_read() -> None:
    assert read(NEW).papers == (
        ParsedPaper(
            title="Tides",
            abstract="They rise.",
            arxiv_id="2607.15330",
            own_id="2607.15330",
            code_url="https://github.com/ula/tides",
            upvotes=12,
            published_on=dt.date(2026, 7, 16),
        ),
    )


def test_the_list_keeps_its_order_and_of_two_with_one_id_the_first() -> None:
    digest = read(NEW, OLD, changed(title="Tides Again"))
    assert [paper.title[:5] for paper in digest.papers] == ["Tides", "Do Ow"]


def test_an_empty_list_is_a_digest_of_no_paper() -> None:
    assert parse(b" [ ]\n") == ParsedDigest(())


def test_a_paper_needs_its_id_and_title_alone() -> None:
    bare = {"paper": {"id": "2405.15738", "title": "Owls"}}
    [paper] = read(bare).papers
    assert paper == ParsedPaper("Owls", arxiv_id="2405.15738", own_id="2405.15738")


def test_members_may_be_null() -> None:
    nothing = dict.fromkeys(set(NEW["paper"]) - {"id", "title"})
    assert paper(**nothing) == ParsedPaper(
        "Tides", "They fall.", arxiv_id="2607.15330", own_id="2607.15330"
    )


@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_title_and_summary_fall_back_on_the_entrys_own(blank: str | None) -> None:
    fallen = paper(title=blank, summary=blank)
    assert (fallen.title, fallen.abstract) == ("Other Tides", "They fall.")


@pytest.mark.parametrize("name", [None, "", "  "])
def test_authors_without_a_name_are_left_out(name: str | None) -> None:
    assert paper(authors=[{"name": name}, {}, {"name": " Bo "}]).authors == ("Bo",)


@pytest.mark.parametrize(
    ("votes", "read_as"), [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, None), (-1, None), (None, None)]
)
def test_votes_that_cannot_be_are_no_votes(votes: int | None, read_as: int | None) -> None:
    assert paper(upvotes=votes).upvotes == read_as


@pytest.mark.parametrize("repo", ["", "git@github.com:ula/tides", "javascript:alert(1)", "ftp://x"])
def test_only_web_addresses_are_code(repo: str) -> None:
    assert paper(githubRepo=repo).code_url == ""


@pytest.mark.parametrize("own_id", ["hep-th/9901001", "owls-2024", "9999.99999"])
def test_an_id_is_kept_as_it_is_written(own_id: str) -> None:
    assert (paper(id=own_id).arxiv_id, paper(id=own_id).own_id) == (own_id, own_id)


# The day


@pytest.mark.parametrize(
    ("days", "date"),
    [
        (["2026-07-20T00:00:00.000Z"], dt.date(2026, 7, 20)),
        (["2026-7-20"], dt.date(2026, 7, 20)),
        (["2026-07-20", None, None], dt.date(2026, 7, 20)),
        (["2026-07-17", "2026-07-20", "2026-07-20"], dt.date(2026, 7, 20)),
        (["2026-07-17", "2026-07-20"], None),
        (["2026-02-30"], None),
        (["2026-07-200"], None),
        (["soon"], None),
        ([None], None),
    ],
)
def test_the_day_is_the_one_on_which_most_were_listed(
    days: list[str | None], date: dt.date | None
) -> None:
    entries = [changed(id=str(place), submittedOnDailyAt=day) for place, day in enumerate(days)]
    assert read(*entries).date == date


def test_a_list_of_2024_does_not_know_its_day() -> None:
    assert read(OLD).date is None


# Refusals


def test_an_answer_that_tells_of_an_error_is_the_sources_fault() -> None:
    error = refusal({"error": "Invalid date\u202e"})
    assert isinstance(error, SourceError)
    assert error.reason.startswith(r"Hugging Face answers 'Invalid date\u202e'; ")


@pytest.mark.parametrize(
    ("data", "path", "reason"),
    [
        ({"error": None}, "$", "there is an object where a list is due"),
        ({"data": [NEW]}, "$", "there is an object where a list is due"),
        ({"status": "success", "data": ["{'paper': {}}"]}, "$", "an object where a list is due"),
        (["{'paper': {}}"], "$[0]", "there is text where an object is due"),
        ([NEW, {"title": "Owls"}], "$[1]", "there is no 'paper'"),
        ([NEW, {"paper": {"title": "Owls"}}], "$[1].paper", "there is no 'id'"),
        ([NEW, changed(title=7)], "$[1].paper.title", "there is a number where text is due"),
        ([changed(authors=["Bo"])], "$[0].paper.authors[0]", "text where an object is due"),
        ([changed(upvotes=1.5)], "$[0].paper.upvotes", "there is a fraction where a number is due"),
        ([NEW, changed(id=" ")], "$[1].paper.id", "this is blank or missing"),
        ([{"paper": {"id": "1"}}], "$[0].paper.title", "this is blank or missing"),
        (b"<!doctype html><title>Owls", "", "this is HTML or XML where JSON is due"),
        (b"", "", "the JSON breaks off before its end"),
        (b"[{", "", "the JSON breaks off before its end"),
    ],
)
def test_what_is_no_such_list_is_refused_at_its_place(data: Any, path: str, reason: str) -> None:
    error = refusal(data)
    assert reason in error.reason
    assert "fetch the day again from Hugging Face" in error.reason
    assert (error.path, type(error)) == (path, DigestError)


def test_too_many_papers_are_refused() -> None:
    entry = {"paper": {"id": "1", "title": "Owls"}}
    assert "5,001 papers, more than 5,000" in refusal([entry] * (MAX_PAPERS + 1)).reason


def test_too_many_objects_are_refused_before_they_are_made() -> None:
    assert "500,001 objects" in refusal(b"[" + b"{" * (MAX_OBJECTS + 1)).reason


def test_too_many_bytes_are_refused_unread() -> None:
    assert "20,000,001 bytes" in refusal(b"\xff" * 20_000_001).reason


# Signs


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"\xef\xbb\xbf\r\n [\r\n {",
        b'["',
        b'{"error": "x"}',
        b'{\n  "status": "success"',
        json.dumps([OLD]).encode(),
    ],
)
def test_a_list_or_an_object_over_several_lines_is_taken_for_an_answer(data: bytes) -> None:
    assert looks_like(data)


@pytest.mark.parametrize(
    "data", [b"", b"[Re] Owls", b"[1] Owls", b'{"title": "x"}', b'{\n"title"', b'{"status": "new"']
)
def test_titles_and_json_lines_are_not(data: bytes) -> None:
    assert not looks_like(data)


@pytest.mark.parametrize("folder", [folder for folder in ANSWERS if folder.exists()])
def test_whole_answers_give_all_their_papers_and_their_day(folder: Path) -> None:
    names, counts = ANSWERS[folder]
    digests = {file.stem: parse(file.read_bytes()) for file in folder.glob(names)}
    days = {name: str(digest.date) for name, digest in digests.items() if digest.date}
    assert (len(digests), sum(len(it.papers) for it in digests.values()), len(days)) == counts
    assert all(day == name for name, day in days.items() if name.startswith("2"))


# Properties

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
)


@given(st.sampled_from(sorted(NEW["paper"])), anything)
def test_any_value_of_any_member_gives_a_digest_or_a_refusal(name: str, value: Any) -> None:
    try:
        [paper] = read(changed(**{name: value})).papers
    except DigestError:
        return
    assert paper.title


@given(st.integers(0, 999), st.binary(max_size=9))
def test_any_damage_gives_a_digest_or_a_refusal(place: int, damage: bytes) -> None:
    data = json.dumps([NEW, OLD]).encode()
    try:
        papers = parse(data[:place] + damage + data[place + len(damage) :]).papers
    except DigestError:
        return
    assert all(paper.title and paper.own_id for paper in papers)
