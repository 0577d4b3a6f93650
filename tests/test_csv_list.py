import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.csv_list import MAX_LINES, MAX_PAPERS, MAX_ROW, looks_like, parse
from digests.sources.parsed import MAX_BYTES, DigestError, ParsedPaper


def papers(text: str | bytes) -> tuple[ParsedPaper, ...]:
    return parse(text.encode() if isinstance(text, str) else text).papers


def refusal(text: str | bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        papers(text)
    return caught.value


def test_a_row_gives_a_paper_with_all_that_its_columns_say() -> None:
    header = "title,abstract,url,authors,date,votes,doi,arxiv,code_url\n"
    row = "Owls,They listen.,https://x.org/o,A. Bo;C. Du,2026-06-30,12,10.1/o,2401.00001v2,http://c.de/o"
    assert papers(header + row) == (
        ParsedPaper(
            "Owls",
            "They listen.",
            2,
            authors=("A. Bo", "C. Du"),
            arxiv_id="2401.00001v2",
            doi="10.1/o",
            url="https://x.org/o",
            code_url="http://c.de/o",
            upvotes=12,
            published_on=dt.date(2026, 6, 30),
        ),
    )


def test_a_list_has_no_date_of_its_own() -> None:
    assert parse(b"title,date\nOwls,2026-06-30").date is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_header_row_shows_how_cells_are_parted(delimiter: str, newline: str) -> None:
    rows = [["Summary", "TITLE", "note"], ["They listen.", "Owls", "x"]]
    text = "\ufeff" + newline.join(delimiter.join(row) for row in rows)
    assert papers(text) == (ParsedPaper("Owls", "They listen.", 2),)
    assert looks_like(text.encode())


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks() -> None:
    text = 'title, abstract\n"Owls, ""at"" noon", "They\nlisten."\n\n,\nTides,\n'
    assert [(paper.title, paper.abstract, paper.line) for paper in papers(text)] == [
        ('Owls, "at" noon', "They\nlisten.", 2),
        ("Tides", "", 6),
    ]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("A. Bo; C. Du;", ("A. Bo", "C. Du")),
        ('"A. Bo, C.\n Du"', ("A. Bo", "C. Du")),
        ('"Bo, A.; Du, C."', ("Bo, A.", "Du, C.")),
        ("", ()),
    ],
)
def test_authors_are_parted_by_semicolons_or_else_commas(cell: str, names: tuple[str, ...]) -> None:
    assert papers(f"title,authors\nOwls,{cell}")[0].authors == names


@pytest.mark.parametrize("written", ["2026-06-30", "2026-6-30", "2026-06-30T10:00:00Z"])
def test_a_date_may_be_unpadded_or_have_a_time(written: str) -> None:
    assert papers(f"title,date\nOwls,{written}")[0].published_on == dt.date(2026, 6, 30)


@pytest.mark.parametrize(("cell", "votes"), [("0", 0), ("12", 12), ("", None)])
def test_no_votes_differ_from_votes_unknown(cell: str, votes: int | None) -> None:
    assert papers(f"title,votes\nOwls,{cell}")[0].upvotes == votes


def test_a_header_row_alone_is_an_empty_digest() -> None:
    assert papers("title,abstract\n") == ()


# Refusals


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "no column is named title"),
        ("name,abstract\nOwls,x", 1, "no column is named title"),
        ("title,abstract,summary\n", 1, "two columns hold the abstract"),
        ("title,abstract\nOwls,They,listen", 2, "3 cells in a list of 2 columns"),
        ("title,abstract\nTides,x\nOwls", 3, "1 cells"),
        ("title,abstract\n ,x", 2, "title is empty"),
        ("title,date\nOwls,30 June", 2, "'30 June' is not a date"),
        ("title,date\nOwls,2026-6-31", 2, "'2026-6-31' is not a date"),
        ("title,votes\nOwls,-1", 2, "'-1' is no number of votes"),
        ("title,votes\nOwls,1.5", 2, "no number of votes"),
        ("title,votes\nOwls," + "9" * 5_000, 2, "no number of votes"),
        ("title,url\nOwls,javascript:x()", 2, "no web address"),
        ("title,url\nOwls,/abs/1", 2, "no web address"),
        ('title,abstract\nTides,x\n"Owls,x\ny\n', 3, "close every quote"),
        ('title,abstract\n"Owls"s,x', 2, "close every quote"),
        ('title\tabstract\n"Owls"s\tx', 2, "'a tab' expected"),
        (
            "title,authors\n" + ("Owls," + "a;" * 60_000 + "\n") * 17,
            18,
            "more than 1,000,000 authors",
        ),
        ("title\n" + "x" * 200_000, 2, "cannot be read"),
        ("title\n" + "x" * (MAX_ROW + 1), 2, "as long as a book"),
        ("title\n" + "," * (MAX_ROW + 1), 2, "as long as a book"),
        ("title\nOwls\n" + '"x\n",' * 20_000, 3, "as long as a book"),
        ("title\n" + "Owls\n" * (MAX_PAPERS + 1), MAX_PAPERS + 2, "more than 50,000 papers"),
        ("title\n" + "\n" * 2 * MAX_LINES, None, "more than 1,000,000 lines"),
        (b"title\nOwls\n\0", 3, "binary"),
        (b"\xef\xbb\xbftitle\n\xe9", 2, "0xE9 is not UTF-8"),
        (b"x" * (MAX_BYTES + 1), None, "20,000,001 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_on_its_line(
    text: str | bytes, line: int | None, reason: str
) -> None:
    error = refusal(text)
    assert reason in error.reason
    assert error.line == line


# What is taken for a list


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title",
        "Title, Abstract, and Conclusion: What Readers of Reviews Read in Spring, and Why\nx",
        "new\nGet papers, daily!\n",
        "# Papers\n- title, abstract",
        '{"title": "Owls", "abstract": "x"}',
        "Owls, Tides and Other Things\nThey listen.",
    ],
)
def test_other_texts_are_not_taken_for_a_list(text: str) -> None:
    assert not looks_like(text.encode())


# Properties

words = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=50)
titles = words.map(str.strip).filter(bool)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


@given(st.lists(st.tuples(titles, words)))
def test_any_texts_come_back_from_quoted_cells(rows: list[tuple[str, str]]) -> None:
    text = "title,abstract\n" + "".join(f"{quoted(a)},{quoted(b)}\n" for a, b in rows)
    read = [(paper.title, paper.abstract) for paper in papers(text)]
    assert read == [(title, abstract.strip()) for title, abstract in rows]


scraps = st.sampled_from(
    ["title", "votes", ",", ";", "\t", '"', "\n", "\r", "1", "\ufeff", "\0", "é"]
)


@given(st.binary() | st.lists(scraps).map(lambda parts: ("title,url\n" + "".join(parts)).encode()))
def test_any_bytes_give_papers_or_a_refusal(data: bytes) -> None:
    looks_like(data)
    try:
        read = papers(data)
    except DigestError:
        return
    assert all(paper.title for paper in read)
