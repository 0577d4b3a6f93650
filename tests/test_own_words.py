"""What readers type: how it is read, what is refused, and which papers it finds."""

from collections.abc import Callable
from contextlib import suppress

import hypothesis.strategies as st
import pytest
from hypothesis import given

from digests.matching.matcher import Matcher
from digests.matching.own.arxiv_categories import CATEGORIES
from digests.matching.own.words import (
    LONGEST,
    MOST_OWN,
    OwnKind,
    OwnTopic,
    OwnWordsError,
    check_choice,
    read_authors,
    read_categories,
    read_words,
)
from digests.matching.paper_text import PaperText


def names(topics: list[OwnTopic]) -> list[str]:
    return [topic.name for topic in topics]


def finds(
    own: OwnTopic, abstract: str, title: str = "Owls", authors: tuple[str, ...] = (), *filed: str
) -> bool:
    """Tell whether a reader's own topic finds a paper, by way of the whole engine."""
    matcher = Matcher[int]({}, own={1: own})
    return matcher.match(PaperText.of(title, abstract, authors, filed)) == {1: (own.name,)}


# --- Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", []),
        (" ,; \n ,", []),
        ("flow matching", ["flow matching"]),
        ("flow matching, owls; barn\nmice\r\n", ["flow matching", "owls", "barn", "mice"]),
        ('"state space model", “flow matching”', ["state space model", "flow matching"]),
        ("'owls', «barn owls», „mice“, `voles`", ["owls", "barn owls", "mice", "voles"]),
        ("owls\uff0cmice\u3001voles", ["owls", "mice", "voles"]),
        ("flow\t matching\u202e", ["flow matching"]),
        ("C++, Bayes' theorem, 3D-aware", ["C++", "Bayes' theorem", "3D-aware"]),
    ],
)
def test_words_are_read_one_by_one_as_they_were_spelled(typed: str, read: list[str]) -> None:
    assert names(read_words(typed)) == read


def test_spellings_of_one_phrase_are_one_topic_by_its_first_name() -> None:
    [own] = read_words('Flow Matching, flow-matching, "flow matchings", \\emph{flow} mátching')
    assert own == OwnTopic(OwnKind.WORDS, "flow matching", "Flow Matching")


def test_what_is_shown_again_on_the_form_is_read_the_same() -> None:
    first = read_words('"state-space models", φ-decoding, RAG, Gödel')
    assert read_words(", ".join(names(first))) == first


@pytest.mark.parametrize("typed", ["AI", "é", "$$$$", "???", "\\textbf{a}", "- - -"])
def test_too_few_letters_are_refused_by_name(typed: str) -> None:
    with pytest.raises(OwnWordsError) as refused:
        read_words(f"owls, {typed}")
    assert str(refused.value) == f"“{typed}” is too short: please use at least 3 letters or digits."


@pytest.mark.parametrize("typed", ["owl " * 21, "ω" * 30, "x" * 2000])
def test_more_than_eighty_characters_are_refused_by_name(typed: str) -> None:
    with pytest.raises(
        OwnWordsError, match="too long: please use at most 80 characters"
    ) as refused:
        read_words(f"owls, {typed}")
    assert typed[:20] in str(refused.value)
    assert len(str(refused.value)) < 2 * LONGEST


def test_three_and_eighty_characters_are_enough() -> None:
    assert names(read_words(f"owl, {'x' * LONGEST}")) == ["owl", "x" * LONGEST]


@given(typed=st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    for read in (read_words, read_authors, read_categories):
        with suppress(OwnWordsError):
            topics = read(typed)
            assert all(3 <= len(own.key) <= LONGEST and own.name for own in topics)
            assert len({own.key for own in topics}) == len(topics)


# --- Which papers words find --------------------------------------------------------------------

# Words of which a spelling has an accent or LaTeX in it.
SPELLINGS = {
    "naive": ["naive", "naïve", r"na\"{\i}ve", r"\textit{naive}"],
    "phi": ["phi", "φ", r"$\phi$"],
    "godel": ["Godel", "Gödel", r"G\"odel"],
    "model": ["model", "models", r"\emph{models}", "mo$del$"],
    "state": ["state", "states", "{\\bf state}"],
}
PHRASES = [("naive", "model"), ("phi", "state", "model"), ("state",), ("godel", "state")]
CASES: list[Callable[[str], str]] = [str.lower, str.capitalize, str.title, str]


@st.composite
def spellings(draw: st.DrawFn, phrase: tuple[str, ...], joints: str) -> str:
    """Spell a phrase in one of many ways."""
    said = ""
    for word in phrase:
        spelled = draw(st.sampled_from(SPELLINGS[word]))
        plain = spelled.isascii() and spelled.isalpha()
        said += draw(st.sampled_from(CASES))(spelled) if plain else spelled
        said += draw(st.sampled_from(joints.split(","))) if word != phrase[-1] else ""
    return said


@given(data=st.data(), phrase=st.sampled_from(PHRASES))
def test_case_plural_hyphen_accent_and_latex_do_not_matter(
    data: st.DataObject, phrase: tuple[str, ...]
) -> None:
    typed = data.draw(spellings(phrase, joints=" ,-"), label="typed")
    written = data.draw(spellings(phrase, joints=" ,-,-\n"), label="written")
    [own] = read_words(typed)
    assert finds(own, f"We study {written}, and more.")
    assert finds(own, "Nothing here.", title=f"On {written}")


@pytest.mark.parametrize(
    ("typed", "written", "found"),
    [
        ("RAG", "We use RAG.", True),
        ("RAG", "Two RAGs, and a RAG-based one.", True),
        ("RAG", "A rag and other rags, a Rag.", False),
        ("RAG", "To drag or to brag.", False),
        ("rag", "A rag.", True),
        ("GAN", "An organ, and one who began.", False),
        ("GANs", "A GAN.", True),
        ("RAG systems", "A RAG system.", True),
        ("RAG systems", "A rag system.", False),
    ],
)
def test_acronyms_are_exact(typed: str, written: str, found: bool) -> None:  # noqa: FBT001
    [own] = read_words(typed)
    assert finds(own, written) == found


def test_a_phrase_is_found_as_a_whole_and_not_across_title_and_abstract() -> None:
    [own] = read_words("flow matching")
    assert not finds(own, "Matching the flow; a flow of matching.")
    assert not finds(own, "Matching owls.", title="Their flow")


# --- Authors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Yann LeCun", ["Yann LeCun"]),
        ("LeCun, Yann", ["Yann LeCun"]),
        ("Bengio", ["Bengio"]),
        (
            "Yann LeCun; Bengio, Yoshua\nMary Jackson",
            ["Yann LeCun", "Yoshua Bengio", "Mary Jackson"],
        ),
        ("van den Oord, Aaron", ["Aaron van den Oord"]),
        ("Lovelace, Ada King", ["Ada King Lovelace"]),
        ("Yann LeCun, Yoshua Bengio", ["Yann LeCun", "Yoshua Bengio"]),
        ("Bengio, LeCun, Ada Byron", ["Bengio", "LeCun", "Ada Byron"]),
        ("“Ada Byron”,", ["Ada Byron"]),
        ("Ada Byron; Byron, Ada; ADA BYRON", ["Ada Byron"]),
        (",;\n,", []),
    ],
)
def test_authors_are_read_one_a_line_whichever_name_comes_first(
    typed: str, read: list[str]
) -> None:
    assert names(read_authors(typed)) == read


@pytest.mark.parametrize("typed", ["Kurt Gödel", "Gödel, Kurt", "godel", "kurt godel", "GÖDEL"])
@pytest.mark.parametrize("author", ["Kurt Gödel", "Godel, Kurt", "Kurt F. Gödel", r"Kurt G\"odel"])
def test_an_author_is_found_however_the_name_is_written(typed: str, author: str) -> None:
    [own] = read_authors(typed)
    assert finds(own, "Owls.", "Owls", ("Ada Byron", author, "Emmy Noether"))


@pytest.mark.parametrize("typed", ["Gödel", "Kurt Gödel"])
def test_nobody_else_is(typed: str) -> None:
    [own] = read_authors(typed)
    others = ("Kurt Gödeler", "Gödel Escher", "Kurt Weill")
    assert not finds(own, "We follow Kurt Gödel here.", "Kurt Gödel", others)


# --- Categories ---------------------------------------------------------------------------------


def test_every_category_of_the_taxonomy_is_read_and_found() -> None:
    everything = read_categories("\n".join(CATEGORIES))
    assert names(everything) == [*CATEGORIES]
    assert len(everything) == 155
    assert all(finds(own, "Owls.", "Owls", (), own.name) for own in everything)
    assert not any(finds(own, own.name, own.name, (), "cs.XX") for own in everything)


def test_categories_are_named_as_arxiv_writes_them() -> None:
    assert names(read_categories("CS.cl, hep-TH stat.ml\ncs.CL;")) == ["cs.CL", "hep-th", "stat.ML"]


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("cs.CLL", "do you mean cs.CL"),
        ("quant.ph", "do you mean quant-ph"),
        ("xyzzy", "they look like cs.CL."),
    ],
)
def test_an_unknown_category_is_refused_with_those_it_resembles(typed: str, hint: str) -> None:
    with pytest.raises(OwnWordsError, match=f"^There is no arXiv category “{typed}”: ") as refused:
        read_categories(f"cs.CL {typed}")
    assert hint in str(refused.value)


# --- How many -----------------------------------------------------------------------------------


def test_twenty_to_follow_and_twenty_to_leave_out_are_enough() -> None:
    followed, excluded = (
        read_words(", ".join(f"{word} {number}" for number in range(MOST_OWN)))
        for word in ("owl", "vole")
    )
    check_choice(followed, excluded)
    with pytest.raises(OwnWordsError, match="20 words, authors and categories: these are 21"):
        check_choice([*followed, *read_authors("Ada Byron")], excluded)
    with pytest.raises(OwnWordsError, match="20 words to leave out: these are 21"):
        check_choice(followed, [*excluded, *read_words("mice")])


def test_nothing_is_both_followed_and_left_out() -> None:
    with pytest.raises(OwnWordsError, match="“surveys” cannot be both followed and left out"):
        check_choice(read_words("Survey"), read_words("mice, surveys"))
    check_choice(read_authors("Mouse"), read_words("mouse"))
