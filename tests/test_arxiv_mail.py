import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.arxiv_mail import MAX_PAPERS, looks_like, parse
from digests.sources.parsed import MAX_BYTES, DigestError, ParsedPaper

RULE = "-" * 78 + "\n"
HEAD = f"""{RULE}Send any comments regarding submissions directly to submitter.
{RULE} Submissions to:
Artificial Intelligence
 received from  Mon 17 Mar 25 18:00:00 GMT  to  Tue 18 Mar 25 18:00:00 GMT
{RULE}{RULE}"""
OWLS = r"""\\
arXiv:2503.00001
Date: Mon, 17 Mar 2025 01:23:45 GMT   (123kb)

Title: Owls at Noon:
  What They Hear
Authors: Ada Bo (1), Carl Du (1 and 2), and Eve Fa ((1) Bay (North), (2) Sea)
Categories: cs.SD cs.LG
Comments: 9 pages
Journal-ref: Owl Lett. 3, 14 (2025)
DOI: 10.1000/owl.3 10.1000/owl.4
License: http://creativecommons.org/licenses/by/4.0/
\\
  Forty owls were followed
for a winter.
\\ ( https://arxiv.org/abs/2503.00001 ,  123kb)
"""
TIDES = r"""\\
arXiv:hep-th/9901001 (*cross-listing*)
Date: Fri, 1 Jan 1999 10:00:00 GMT   (9kb)

Title: Tides
Authors: Gus Ho
Categories: hep-th cs.LG
\\
  A gauge is enough.
\\ ( https://arxiv.org/abs/hep-th/9901001 ,  9kb)
"""
REPLACED = r"""\\
arXiv:2401.00002
replaced with revised version Mon, 17 Mar 2025 09:00:00 GMT   (80kb)

Title: Moths
Authors: Ida Jo
Categories: cs.LG
\\ ( https://arxiv.org/abs/2401.00002 ,  80kb)
"""
CROSSES = "%-" * 39 + "\n"
REPLACEMENTS = "%%--" * 19 + "\n"
END = "%%%---" * 13 + "\n"
MAIL = f"{HEAD}{OWLS}{RULE}{CROSSES}{RULE}{TIDES}{RULE}{REPLACEMENTS}{RULE}{REPLACED}{RULE}{END}"


def papers(text: str) -> tuple[ParsedPaper, ...]:
    return parse(text.encode()).papers


def refusal(data: bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        parse(data)
    return caught.value


def test_a_record_gives_a_paper_with_all_that_its_fields_say() -> None:
    assert papers(OWLS) == (
        ParsedPaper(
            "Owls at Noon: What They Hear",
            "Forty owls were followed for a winter.",
            2,
            authors=("Ada Bo", "Carl Du", "Eve Fa"),
            arxiv_id="2503.00001",
            doi="10.1000/owl.3",
            url="https://arxiv.org/abs/2503.00001",
            published_on=dt.date(2025, 3, 17),
            categories=("cs.SD", "cs.LG"),
        ),
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_mail_gives_new_and_cross_listed_papers_but_no_replaced_ones(newline: str) -> None:
    listed = papers(MAIL.replace("\n", newline))
    assert [(paper.arxiv_id, paper.is_cross_list) for paper in listed] == [
        ("2503.00001", False),
        ("hep-th/9901001", True),
    ]
    assert listed[1].published_on == dt.date(1999, 1, 1)


def test_papers_know_the_line_of_their_identifier() -> None:
    lines = MAIL.split("\n")
    assert [lines[(paper.line or 0) - 1] for paper in papers(MAIL)] == [
        "arXiv:2503.00001",
        "arXiv:hep-th/9901001 (*cross-listing*)",
    ]


def test_a_record_of_the_replaced_section_gives_no_paper_whatever_it_says() -> None:
    assert papers(OWLS + REPLACEMENTS + TIDES) == papers(OWLS)


def test_the_next_mail_of_several_begins_with_new_papers_again() -> None:
    assert len(papers(MAIL + MAIL)) == 4


def test_the_older_way_to_name_a_record_is_read_too() -> None:
    old = TIDES.replace(
        "arXiv:hep-th/9901001 (*cross-listing*)", "Paper (*cross-listing*): hep-th/9901001"
    )
    assert (papers(old)[0].arxiv_id, papers(old)[0].is_cross_list) == ("hep-th/9901001", True)


def test_a_folded_line_that_lost_its_indentation_is_still_of_its_field() -> None:
    assert papers(OWLS.replace("\n  ", "\n")) == papers(OWLS)


def test_a_record_without_its_link_is_linked_by_its_identifier() -> None:
    cut = OWLS[: OWLS.index("\\\\ (")]
    assert papers(cut + RULE)[0] == papers(OWLS)[0]


# The date


@pytest.mark.parametrize(
    ("before", "date"),
    [
        (HEAD, dt.date(2025, 3, 18)),
        (
            "Date: Wed, 19 Mar 2025 00:30:00 +0000\nSubject: cs daily\n\n" + HEAD,
            dt.date(2025, 3, 18),
        ),
        ("Date: Wed, 19 Mar 2025 00:30:00 +0000\n\n", dt.date(2025, 3, 19)),
        ("Date: Tue, 20 Jul 99 00:51:12 GMT\n\n", dt.date(1999, 7, 20)),
        ("Date: Tue, 31 Feb 2025\n\n", None),
        ("", None),
    ],
)
def test_the_digest_is_of_the_last_day_received_or_else_of_the_mails_date(
    before: str, date: dt.date | None
) -> None:
    assert parse((before + OWLS).encode()).date == date


def test_a_paper_with_an_unreadable_date_has_none() -> None:
    assert papers(OWLS.replace("17 Mar", "17 Mart"))[0].published_on == dt.date(2025, 3, 17)
    assert papers(OWLS.replace("17 Mar", "47 Mar"))[0].published_on is None


def test_a_quoted_printable_mail_is_unwrapped_first() -> None:
    wrapped = OWLS.replace("Forty", "=46o=\nrty").replace("Ada Bo", "Ada B=C3=B6")
    paper = papers(f"Content-Transfer-Encoding: quoted-printable\n\n{wrapped}")[0]
    assert (paper.authors[0], paper.abstract.split()[0]) == ("Ada Bö", "Forty")


# Refusals


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "no record begins"),
        (HEAD.encode(), None, "no record begins"),
        (OWLS.replace("Title:", "Titel:").encode(), 2, "2503.00001 has no title"),
        ((HEAD + REPLACED.replace("replaced", "revised")).encode(), 10, "has no abstract"),
        (TIDES.replace("A gauge is enough.", "").encode(), 2, "hep-th/9901001 has no abstract"),
        (
            OWLS.replace("cs.SD", "cs.SD " * 160_000).encode() * 7,
            98,
            "more than 1,000,000 authors",
        ),
        (OWLS.replace("2503.00001", "\x82").encode(), 2, "no identifier"),
        (OWLS.replace("2503.00001", "").encode(), 2, "no identifier"),
        (b"\\\\\narXiv:1\n" + b"Title: Owls\n" + b"x" * 2_000_000, 2, "no abstract"),
        ((REPLACED * (MAX_PAPERS + 1)).encode(), None, "more than 50,000 records"),
        (b"Owls\n\0", 2, "binary"),
        (OWLS.encode() + b"\xe9", 17, "0xE9 is not UTF-8"),
        (b"x" * (MAX_BYTES + 1), None, "20,000,001 bytes"),
    ],
)
def test_what_cannot_be_read_is_refused_on_its_line(
    data: bytes, line: int | None, reason: str
) -> None:
    error = refusal(data)
    assert reason in error.reason
    assert line is None or error.line == line


@pytest.mark.parametrize(
    "run", ["\\\\\n", "\\\\ \n", "(", "Date:\n", "received from", "%%--%%--\n", "- ", "\n", " "]
)
def test_a_megabyte_of_one_thing_is_read_without_retracing_it(run: str) -> None:
    text = run * (1_000_000 // len(run))
    assert papers(f"{OWLS}\n{RULE}{text}") == papers(OWLS)
    assert refusal(f"{text}\n".encode()).reason


# What is taken for a mail


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (MAIL, True),
        (MAIL.replace("\n", "\r\n"), True),
        ("Received: by a host\n" * 50 + MAIL, True),
        ("", False),
        ("new\n\nOwls\n\nSee arXiv:2503.00001 \\\\ for more.", False),
        ("arXiv:2503.00001\n\\\\\nOwls", False),
        ("# Owls\n\nThey listen.", False),
    ],
)
def test_a_mail_is_told_by_its_first_record(text: str, is_one: bool) -> None:  # noqa: FBT001 - a table
    assert looks_like(text.encode()) is is_one


scraps = st.sampled_from([*MAIL.splitlines(keepends=True), OWLS, TIDES, "\r", "(", "\0", "\\"])


@given(st.binary() | st.lists(scraps).map("".join).map(str.encode))
def test_any_bytes_give_papers_or_a_refusal(data: bytes) -> None:
    looks_like(data)
    try:
        listed = parse(data).papers
    except DigestError:
        return
    assert all(paper.title and paper.abstract and paper.arxiv_id for paper in listed)
