import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.json_lines import looks_like, parse
from digests.sources.parsed import DigestError, ParsedPaper

OWLS = b'{"title": "Owls", "abstract": "They hunt.", "votes": 3}'
MICE = b'{"abstract": "They hide.", "title": "Mice"}'


def refusal(data: bytes) -> str:
    with pytest.raises(DigestError) as caught:
        parse(data)
    return str(caught.value)


@pytest.mark.parametrize("data", [OWLS, b" \n" + OWLS, b'{ "title"', b'{\n"title"'])
def test_an_object_with_a_quoted_name_is_taken_for_json_lines(data: bytes) -> None:
    assert looks_like(data)


@pytest.mark.parametrize("data", [b"", b"Owls", b"{\\epsilon}-nets", b"[]", b"{}", b'"{"'])
def test_anything_else_is_not(data: bytes) -> None:
    assert not looks_like(data)


def test_every_line_is_a_paper_that_knows_its_line() -> None:
    digest = parse(OWLS + b"\r\n\n" + MICE)
    assert digest.papers == (
        ParsedPaper("Owls", "They hunt.", 1),
        ParsedPaper("Mice", "They hide.", 3),
    )
    assert digest.date is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{'title': 'Bats'}", "this is not JSON"),
        (b"\xff\xfe", "this is not JSON"),
        (b'{"x":' + b"[" * 100_000, "this is not JSON"),
        (b'{"title": "Bats"', "this is not JSON"),
        (b'{"title": "Bats"}', "there is no text under 'abstract'"),
        (b'{"title": " ", "abstract": "They fly."}', "there is no text under 'title'"),
        (b'{"title": 7, "abstract": "They fly."}', "there is no text under 'title'"),
        (b'["Bats", "They fly."]', "there is no text under 'title'"),
    ],
)
def test_a_line_that_is_no_paper_is_refused_with_its_number_and_a_remedy(
    line: bytes, reason: str
) -> None:
    said = refusal(OWLS + b"\n" + line)
    assert said.startswith(f"line 2: {reason}")
    assert said.endswith('give one {"title": ..., "abstract": ...} a line')


def test_a_byte_order_mark_blank_space_and_lone_returns_do_not_count() -> None:
    data = b"\xef\xbb\xbf" + b"\r\n" * 2_000 + OWLS + b"\r" + MICE
    assert looks_like(data)
    assert [(paper.title, paper.line) for paper in parse(data).papers] == [
        ("Owls", 2_001),
        ("Mice", 2_002),
    ]


def test_half_a_surrogate_pair_costs_one_character() -> None:
    halves = b'{"title": "Owls \\ud83d", "abstract": "\\ude00 They \\ud83d\\ude00 hunt."}'
    [paper] = parse(halves).papers
    assert (paper.title, paper.abstract) == ("Owls \ufffd", "\ufffd They \U0001f600 hunt.")


def test_other_members_are_skipped_whatever_they_hold() -> None:
    [paper] = parse(OWLS[:-1] + b', "id": ' + b"9" * 5_000 + b', "x": [[], {"y": null}]}').papers
    assert paper.title == "Owls"


def test_too_many_papers_are_refused_on_their_line() -> None:
    assert refusal(b'{"title":"a","abstract":"b"}\n' * 50_001) == (
        "line 50001: more than 50,000 papers; give fewer at a time"
    )


def test_too_many_bytes_are_refused_unread() -> None:
    assert "20,000,001 bytes" in refusal(b" " * 20_000_001)


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1))))
def test_any_texts_come_back(papers: list[tuple[str, str]]) -> None:
    kept = [paper for paper in papers if all(text.strip() for text in paper)]
    lines = [json.dumps({"title": title, "abstract": abstract}) for title, abstract in kept]
    assert [(p.title, p.abstract) for p in parse("\n".join(lines).encode()).papers] == kept


@given(st.binary())
def test_any_bytes_give_papers_or_a_refusal(data: bytes) -> None:
    try:
        papers = parse(b'{"' + data).papers
    except DigestError:
        return
    assert papers
