import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.markdown import (
    MAX_ABSTRACT,
    MAX_LINES,
    MAX_PAPERS,
    MAX_SIZE,
    looks_like,
    parse,
)
from digests.sources.parsed import DigestError, ParsedPaper

URL = "https://arxiv.org/abs/2401.00001"


def papers(text: str) -> tuple[ParsedPaper, ...]:
    return parse(text.encode()).papers


def pairs(text: str) -> list[tuple[str, str]]:
    return [(paper.title, paper.abstract) for paper in papers(text)]


def refusal(text: str | bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        parse(text.encode() if isinstance(text, str) else text)
    return caught.value


# Titles


@pytest.mark.parametrize(
    "text",
    [
        "## Owls\nThey listen.",
        "# Owls\n\nThey\n listen.\n",
        "### Owls ###\n> They listen.",
        f"## [Owls]({URL})\nThey listen.",
        f"- [Owls]({URL}) - They listen.",
        f"* [**Owls**]({URL}): They listen.",
        f"1. **[Owls]({URL})**\n   They listen.",
        f"- [x] [2024-05] [Owls]({URL}), They listen.",
        "- **[2024-05] Owls** They listen.",
        f"+ **Owls** They listen. [[PDF]({URL})] ![badge](b.png)",
        "**Owls**\n\nThey listen.\n\n---",
        "__Owls__\n### Abstract\nThey listen.",
        "## Owls\n**Abstract:** They listen.",
        "- Owls\n  They listen.\n",
        "## Birds\nOnes we like:\n- **Owls** They listen.\n",
        f"## Contents\n- [Birds](#birds)\n## Birds\n- [Owls]({URL}) They listen.\n## License\nMIT",
        f"- (ICLR 2024) [Owls]({URL}) They listen.",
        f"# Birds [![b](b.svg)]({URL})\n\nGood ones.\n\n## Both\n- [Owls]({URL}) They listen.",
        "- [About](about.md)\n\n**Owls**\nThey listen.",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_way_to_write_a_title_gives_it_and_its_text(text: str, newline: str) -> None:
    read = pairs("\ufeff" + text.replace("\n", newline))
    assert [(title, " ".join(text.split())) for title, text in read] == [("Owls", "They listen.")]


def test_papers_come_in_their_order_with_the_lines_of_their_titles() -> None:
    text = f"Hello\n\n## Owls\nx\n## Birds\n- [Tides]({URL})\n- [Moths]({URL}) y\n\n  z\n"
    assert [(paper.title, paper.abstract, paper.line) for paper in papers(text)] == [
        ("Owls", "x", 3),
        ("Tides", "", 6),
        ("Moths", "y\nz", 7),
    ]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (f"2024-05 [Owls]({URL})", "Owls"),
        (f"(2024) **[Owls]({URL})**", "Owls"),
        (f"[Owls]({URL}) (at Noon)", "Owls (at Noon)"),  # 0001) is no year
        (f"[Owls in 2024 and Later]({URL})", "Owls in 2024 and Later"),
        (f"[2024 Owls]({URL})", "2024 Owls"),
        (f"2024 Owls [Heard]({URL})", "2024 Owls Heard"),
    ],
)
def test_a_date_goes_before_a_title_and_stays_within_it(written: str, title: str) -> None:
    assert pairs(f"## {written}\nThey listen.") == [(title, "They listen.")]


def test_below_a_heading_that_is_a_link_lists_and_bold_lines_are_text() -> None:
    text = f"## [Owls]({URL})\nThey listen.\n\n**Why**\n- **So**: [it](https://x.org) is."
    assert pairs(text) == [("Owls", "They listen.\nWhy\nSo: it is.")]


def test_a_bold_word_before_a_colon_and_a_bold_word_of_a_sentence_are_no_titles() -> None:
    assert pairs("## Owls\n- **Ears:** two\n- **Eyes**: two\n\n**Both** matter.") == [
        ("Owls", "Ears: two\nEyes: two\nBoth matter.")
    ]


def test_marks_within_a_fence_are_text() -> None:
    assert pairs("## Owls\n```\n# listen\n```\nand\n~~~\n- **x** y\n~~~") == [
        ("Owls", "# listen\nand\n- x y")
    ]


# Fields and links


@pytest.mark.parametrize("mark", ["{}: {}", "**{}:** {}", "- **{}**: {}", "  * {}: {}"])
def test_fields_may_be_plain_bold_or_bulleted(mark: str) -> None:
    fields = {
        "Authors": "A. Bo, C. Du",
        "Votes": "0",
        "Date": "2026-6-30",
        "URL": f"<{URL}>",
        "Code": "[repo](https://c.de/owls)",
        "DOI": "10.1000/owl.3",
        "arXiv": "2401.00001v2",
    }
    text = "## Owls\n" + "\n".join(mark.format(*field) for field in fields.items()) + "\n\nText."
    assert papers(text) == (
        ParsedPaper(
            "Owls",
            "Text.",
            1,
            authors=("A. Bo", "C. Du"),
            arxiv_id="2401.00001v2",
            doi="10.1000/owl.3",
            url=URL,
            code_url="https://c.de/owls",
            upvotes=0,
            published_on=dt.date(2026, 6, 30),
        ),
    )


def test_a_list_item_that_ends_in_a_link_to_its_paper_is_a_title() -> None:
    text = f"- [Tides]({URL})\n- Owls at Noon, A. Bo. [[PDF]({URL})]\n- Moths; see the [paper](x)"
    assert [(paper.title, paper.url) for paper in papers(text)] == [
        ("Tides", URL),
        ("Owls at Noon, A. Bo", URL),
    ]


def test_links_that_only_say_what_they_are_become_the_papers() -> None:
    text = f"- **Owls** They [listen](https://x.org). [[Paper]({URL})] | [Code](https://c.de/o)"
    paper = papers(text)[0]
    assert (paper.url, paper.code_url) == (URL, "https://c.de/o")
    assert paper.abstract.startswith("They listen.")


def test_a_line_that_only_begins_like_a_field_is_text() -> None:
    assert pairs("## Owls\nCode: we give it away.\nPaper: see below") == [
        ("Owls", "Code: we give it away.\nPaper: see below")
    ]


def test_a_month_is_no_day_and_leaves_the_date_unknown() -> None:
    assert papers("## Owls\nDate: 2024-05\nThey listen.")[0].published_on is None


@pytest.mark.parametrize("url", ["javascript:x()", "./owls.md", "#owls", "ftp://x.org/o"])
def test_only_addresses_of_the_web_are_kept(url: str) -> None:
    assert papers(f"## [Owls]({url})\nThey listen.")[0] == ParsedPaper("Owls", "They listen.", 1)


# Inline marks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold**, *it*, _it_, __bold__", "bold, it, it, bold"),
        ("***both*** and `code`", "both and code"),
        ("[text](https://x.org/a_(b)) <https://x.org>", "text https://x.org"),
        ("a_b, 2*3*4, 2 * 3 * 4, $x_i$ and $y_i$", "a_b, 2*3*4, 2 * 3 * 4, $x_i$ and $y_i$"),
        ("<think> a<b f^*(x), g^*(x)", "<think> a<b f^*(x), g^*(x)"),
        ("``quotes'', `so' and `on'", "``quotes'', `so' and `on'"),
        ("A &amp; B &lt; C, R&D; \\*not\\*", "A & B < C, R&D; *not*"),
    ],
)
def test_inline_marks_become_text_and_mathematics_stays(text: str, shown: str) -> None:
    assert pairs(f"## T {text}\nx {text}") == [(f"T {shown}", f"x {shown}")]


# The date


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("# Papers of 2026-03-16\n\nGood ones.\n\n", dt.date(2026, 3, 16)),
        ("Hi.\n# 2026-3-6: papers\n", dt.date(2026, 3, 6)),
        ("# Papers\nGood ones.\n", None),
        ("", None),
    ],
)
def test_the_heading_at_the_top_gives_the_date_and_is_no_paper(
    head: str, date: dt.date | None
) -> None:
    digest = parse(f"{head}## Owls\nThey listen 2025-01-01.".encode())
    assert digest.date == date
    assert [paper.title for paper in digest.papers] == ["Owls"]


def test_headings_of_level_one_are_titles_where_there_are_several() -> None:
    assert pairs("# Owls\nx\n# Tides\ny") == [("Owls", "x"), ("Tides", "y")]


@pytest.mark.parametrize("nothing", [f"- []({URL})", f"* [ ]({URL}) y"])
def test_a_link_without_a_text_is_no_title(nothing: str) -> None:
    assert pairs(f"# List\n## Birds\n- **Owls** x\n{nothing}\n") == [("Owls", "x")]


# Refusals


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", None, "no title"),
        ("Some words.\n\nMore words.", None, "no title"),
        ("# Name\n## Section\n", None, "no title"),
        ("# Papers of 2026-02-30\n## Owls\nx", 1, "'2026-02-30' is not a date"),
        ("## Owls\n\nDate: June", 3, "'June' is not a date"),
        ("## Owls\nVotes: many", 2, "no number of votes"),
        ("## Owls\n" + "x" * (MAX_ABSTRACT + 1), 2, "as long as a book"),
        ("\n" * (MAX_LINES + 1), None, "more than 100,000 lines"),
        ("## O\nx\n" * (MAX_PAPERS + 1), 2 * MAX_PAPERS + 1, "more than 20,000 papers"),
        (b"## Owls\n\0", 2, "binary"),
        (b"## Owls\n\xe9", 2, "0xE9 is not UTF-8"),
        (b"x" * (MAX_SIZE + 1), None, "5,000,001 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_on_its_line(
    text: str | bytes, line: int | None, reason: str
) -> None:
    error = refusal(text)
    assert reason in error.reason
    assert error.line == line


# What is taken for Markdown


@pytest.mark.parametrize(
    "text",
    [
        "# Papers",
        "\ufeff\n\n### [Owls](x)",
        f"- [Owls]({URL})",
        "* **Owls** x",
        "1. **O** x",
        "# Papers of 2026-03-16\n## Owls\nx",
        f"# Papers\n\n## Owls\n\n{'They listen. ' * 9}\n",
        f"# Papers\n\n## [Owls]({URL})\n\nThey listen.\n\n```\ncite(owls)\n```\n",
        f"# Papers\n\n- **Owls** They listen. [[PDF]({URL})]\n- **Tides** They come.\n",
        "# Papers\r\r## Owls\rAuthors: A. Bo\rThey listen.",
    ],
)
def test_a_heading_or_a_titled_item_at_the_top_is_markdown(text: str) -> None:
    assert looks_like(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "new\n\nOwls\n",
        "#1 in Owls",
        "- a list",
        "**",
        "title,abstract\n",
        "[]",
        "\\\\\narXiv:1",
        f"# Owl\n\nAn owl.\n\n## Install\n\n{'Call make. ' * 20}\n\n```sh\nmake owl\n```\n",
        f"# Owl\n\n{'It listens. ' * 20}\n\n- **Quiet.** Always.\n\n| a | b |\n|---|---|\n",
        "# Owl\n\n- **Quiet.** It flies by night.\n- **Quick.** It eats by day.\n",
    ],
)
def test_other_texts_are_not_taken_for_markdown(text: str) -> None:
    assert not looks_like(text.encode())


# Properties

RUNS = [
    "[",
    "](",
    "[a](b",
    "**",
    "**a ",
    "_a ",
    "`a ",
    "> ",
    "# ",
    "- ",
    "((",
    "<",
    "&",
    "* * ",
    " ",
]


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("start", ["", "## Owls\n", "- **"])
def test_a_long_run_of_marks_is_read_without_retracing_it(run: str, start: str) -> None:
    text = start + run * (MAX_ABSTRACT // len(run) - 5)
    assert len(papers(f"{text}\n## Tides\nx")) in {1, 2}


scraps = st.sampled_from(
    [*RUNS, "Owls", "\n", "\n\n", "  ", "## ", f"[x]({URL})", "Votes: 1", "```"]
)


@given(st.binary() | st.lists(scraps).map("".join).map(str.encode))
def test_any_bytes_give_papers_or_a_refusal(data: bytes) -> None:
    looks_like(data)
    try:
        listed = parse(data).papers
    except DigestError:
        return
    assert listed


words = st.text("abcxyz ", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(st.tuples(words, words), min_size=1))
def test_any_words_come_back_below_headings(listed: list[tuple[str, str]]) -> None:
    text = "".join(f"## T {title}\n\nA {words}\n\n" for title, words in listed)
    assert pairs(text) == [(f"T {title}", f"A {words}") for title, words in listed]
