import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.matching.paper_text import PaperText, Span, author_tokens, category_token

HYPHENS = st.lists(st.sampled_from(["pre", "RAG", "-", "-\n", " ", "\u2011", "|", "x"])).map(
    "".join
)
TEXTS = st.text() | HYPHENS


def test_a_paper_is_one_line() -> None:
    text = PaperText.of("On RAGs", "Pre-training.", ["Yann Andr\u00e9 LeCun"], ["cs.CL", "hep-th"])
    assert text.line == (
        "on RAG | pre-training | ; @yann @andre @lecun ; @yann @lecun ; @y @lecun ; @lecun ; "
        "| #cs.cl #hep.th"
    )


def test_a_line_is_read_as_it_was_written() -> None:
    text = PaperText.of("A Title", "", ["Bo"], ["cs.CL"])
    assert (text.title, text.abstract) == ("a title", "")
    assert (text.names, text.categories) == (["@bo"], ["#cs.cl"])


@pytest.mark.parametrize("line", ["", "|", "a", "a|b", "a | b | | | |", "\n", "-"])
def test_a_line_that_nobody_wrote_can_be_read_too(line: str) -> None:
    text = PaperText(line)
    assert len(text.words()) == len(["title", "abstract"])
    assert text.names == text.categories == []


@pytest.mark.parametrize("name", ["Yann LeCun", "LeCun, Yann", "YANN LECUN", " Yann  Le\u0301cun"])
def test_a_name_is_the_same_however_it_is_written(name: str) -> None:
    assert [*author_tokens(name)] == ["@yann @lecun", "@y @lecun", "@lecun"]


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("Y. LeCun", ["@y @lecun", "@lecun"]),
        ("J\u00fcrgen M\u00fcller", ["@jurgen @muller", "@j @muller", "@muller"]),
        ("Jean-Yves Le Gall", ["@jean @yves @le @gall", "@jean @gall", "@j @gall", "@gall"]),
        ("Plato", ["@plato"]),
        ("\u674e\u98de\u98de", ["@\u674e\u98de\u98de"]),
        ("...", []),
        ("", []),
    ],
)
def test_an_author_is_there_in_all_ways_to_look_for_her(name: str, ways: list[str]) -> None:
    assert [*author_tokens(name)] == ways


@pytest.mark.parametrize("category", ["cs.CL", "CS.cl", "hep-th", "q-bio.NC", "\u13a0"])
def test_a_category_is_one_token_in_small_letters(category: str) -> None:
    said = category_token(category)
    assert said == said.lower()
    assert len(said.split()) == 1


def test_hyphens_part_words_in_the_open_text_and_join_them_in_the_closed_one() -> None:
    text = PaperText.of("", "State-space RAG-Index")
    assert (text.open, text.closed) == ("  | state space rag index ", "  | statespace ragindex ")
    assert (text.written, text.written_closed) == (
        "  | state space RAG index ",
        "  | statespace RAGindex ",
    )


def test_a_text_without_hyphens_has_no_closed_text() -> None:
    assert PaperText.of("A title", "and an abstract").closed == ""


def test_hidden_spans_leave_their_words_out() -> None:
    text = PaperText.of("Heat diffusion", "Of heat diffusion in rods")
    start = text.open.rindex(" heat")
    hidden = [Span(start, start + len(" heat diffusion ")), Span(start, start + len(" heat "))]
    assert text.words(hidden) == (["heat", "diffusion"], ["of", "in", "rod"])


@given(TEXTS, TEXTS, st.lists(TEXTS), st.lists(TEXTS))
def test_no_paper_breaks_its_line(
    title: str, abstract: str, authors: list[str], categories: list[str]
) -> None:
    text = PaperText.of(title, abstract, authors, categories)
    assert text == PaperText(text.line)
    assert text.line.count("|") == len(["title", "abstract", "names"])
    assert text.names == [way for name in authors for way in author_tokens(name)]
    assert text.categories == [*map(category_token, categories)]


@given(TEXTS, TEXTS)
def test_texts_in_small_letters_are_as_long_as_written(title: str, abstract: str) -> None:
    text = PaperText.of(title, abstract)
    assert len(text.open) == len(text.written)
    assert len(text.closed) in (0, len(text.written_closed))
    assert text.open.index("|") >= text.title_end


@given(TEXTS, st.data())
def test_a_span_of_the_closed_text_holds_the_same_letters_in_the_open_one(
    abstract: str, data: st.DataObject
) -> None:
    text = PaperText.of("", abstract)
    spaces = [place for place, char in enumerate(text.closed) if char == " "]
    if not spaces:
        return
    start, end = sorted([data.draw(st.sampled_from(spaces)), data.draw(st.sampled_from(spaces))])
    if span := text.opened(start, end):
        opened = text.open[span.start : span.end]
        assert opened.replace(" ", "") == text.closed[start:end].replace(" ", "")
