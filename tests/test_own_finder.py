import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from naive_matching import said_in, says_own_words

from digests.matching.matcher import Matcher
from digests.matching.own.finder import OwnFinder
from digests.matching.own.words import (
    OwnKind,
    OwnTopic,
    key_of_author,
    key_of_category,
    key_of_words,
)
from digests.matching.paper_text import PaperText
from digests.matching.rules.language import TopicRules

KEYS = {
    OwnKind.WORDS: key_of_words,
    OwnKind.AUTHOR: key_of_author,
    OwnKind.CATEGORY: key_of_category,
}


def typed(name: str, kind: OwnKind = OwnKind.WORDS) -> OwnTopic:
    return OwnTopic(kind, KEYS[kind](name), name)


def finds(typed: OwnTopic, text: PaperText) -> bool:
    return OwnFinder({"it": typed}).find(text) == {"it": typed.name}


def says(words: str, text: str) -> bool:
    """Tell whether an abstract says the words of a reader."""
    return finds(typed(words), PaperText.of("", text))


SPELLINGS = ["pre-training", "pretraining", "pre training", "Pre-\nTraining", "PRE-TRAININGS"]


@pytest.mark.parametrize("text", SPELLINGS)
@pytest.mark.parametrize("words", ["pre-training", "pre training", "Pre-Trainings"])
def test_words_are_found_with_a_hyphen_a_space_or_nothing_between(words: str, text: str) -> None:
    assert says(words, f"On {text}.")


@pytest.mark.parametrize(
    "text", ["pre-training", "pretraining", "pre- training", "pre-training-free"]
)
def test_a_word_is_found_where_a_hyphen_parts_it(text: str) -> None:
    assert says("pretraining", f"On {text}.")


@pytest.mark.parametrize("text", ["not able", "unnotable", "not\u2013able", "not, able"])
def test_a_word_is_not_found_where_a_space_parts_it_or_within_another(text: str) -> None:
    assert not says("notable", text)


@pytest.mark.parametrize("text", ["state of the art", "state-of-the-art", "stateoftheart"])
def test_any_of_its_words_may_be_joined(text: str) -> None:
    assert says("state of the art", text)


@pytest.mark.parametrize("text", ["RAG", "RAGs", "RAG-based", "(RAG)"])
def test_an_acronym_is_exact(text: str) -> None:
    assert says("RAG", text)
    assert not says("RAG", text.lower())


def test_who_types_small_letters_finds_capitals_too() -> None:
    assert says("rag", "RAG")


@pytest.mark.parametrize("text", ["GPT-4", "GPT 4", "GPT4"])
def test_an_acronym_may_be_joined_to_its_neighbour(text: str) -> None:
    assert says("GPT-4", text)


@pytest.mark.parametrize("text", [r"$\phi$-Decoding", "φ decoding", "\u03d5-DECODING"])
def test_latex_and_accents_do_not_matter(text: str) -> None:
    assert says("phi-decoding", text)


def test_words_do_not_span_title_and_abstract() -> None:
    assert not finds(typed("deep learning"), PaperText.of("Deep", "Learning"))


def test_spellings_with_the_same_letters_are_told_apart() -> None:
    own = {1: typed("not able"), 2: typed("notable"), 3: typed("RAG"), 4: typed("rag")}
    finder = OwnFinder(own)
    assert [*finder.find(PaperText.of("Not able", ""))] == [1]
    assert {*finder.find(PaperText.of("Notable rags", ""))} == {1, 2, 4}


@pytest.mark.parametrize(
    "name", ["Yann LeCun", "LeCun, Yann", "Y. LeCun", "LECUN", "Y. L\u00e9Cun"]
)
def test_an_author_is_found_by_name_initial_or_last_name(name: str) -> None:
    assert finds(typed(name, OwnKind.AUTHOR), PaperText.of("", "", ["Bo", "Yann A. LeCun"]))


@pytest.mark.parametrize("name", ["Yann", "Ann LeCun", "LeCun Yann", "Y. A. LeCun", "Cun"])
def test_another_author_is_not_found(name: str) -> None:
    assert not finds(typed(name, OwnKind.AUTHOR), PaperText.of("", "", ["Yann Ann LeCun"]))


def test_he_in_an_abstract_is_not_professor_he() -> None:
    author = typed("He", OwnKind.AUTHOR)
    assert not finds(author, PaperText.of("He and I", "He did.", ["Bo Li"]))
    assert finds(author, PaperText.of("", "", ["He, Kaiming"]))


def test_authors_are_not_found_as_words() -> None:
    assert not finds(typed("bo li"), PaperText.of("", "", ["Bo Li"], ["bo.li"]))


@pytest.mark.parametrize("name", ["cs.CL", "CS.cl"])
def test_a_category_is_found_whole(name: str) -> None:
    category = typed(name, OwnKind.CATEGORY)
    assert finds(category, PaperText.of("", "", (), ["stat.ML", "cs.CL"]))
    assert not finds(category, PaperText.of("cs.CL", "#cs.cl cs CL", (), ["cs.CLX", "cs"]))


def test_a_matcher_finds_own_words_beside_topics_with_rules() -> None:
    matcher = Matcher({"a": TopicRules.parse("robot")}, own={"b": typed("arms")})
    assert matcher.match(PaperText.of("A robot arm", "")) == {"a": ("robot",), "b": ("arms",)}


def test_false_friends_of_topics_do_not_hide_what_a_reader_typed() -> None:
    matcher = Matcher[str]({}, friends=["heat diffusion"], own={"b": typed("diffusion")})
    assert matcher.match(PaperText.of("Heat diffusion", "")) == {"b": ("diffusion",)}


def test_own_words_prove_nothing_for_other_topics() -> None:
    matcher = Matcher[str]({}, own={"b": typed("diffusion")})
    assert matcher.evidence(PaperText.of("Diffusion", "")) == ({}, [])


WORDS = ["pre", "training", "pretraining", "Rag", "RAG", "RAGs", "GPT", "4", "GPT4", "φ", "a"]
GAPS = [" ", " ", "-", "-\n", "--", "\u2011", "\u2013", ", ", "", "'s ", "$^2$", " - "]
TEXTS = st.lists(st.sampled_from(WORDS + GAPS), max_size=12).map("".join) | st.text()
PHRASES = st.lists(st.sampled_from(WORDS + GAPS), min_size=1, max_size=6).map("".join)


@given(TEXTS, TEXTS, st.sets((PHRASES | TEXTS).map(key_of_words).filter(bool), max_size=5))
@example("", "pre-pre-training", {"pretraining"})
@example("", "RAGs GPT-4 rag", {"RAG GPT 4", "RAG GPT4", "RAGGPT 4", "4 RAG", "4 rag"})
def test_it_finds_what_the_naive_way_finds(title: str, abstract: str, keys: set[str]) -> None:
    finder = OwnFinder({key: OwnTopic(OwnKind.WORDS, key, key) for key in keys})
    said = said_in(title, abstract)
    found = finder.find(PaperText.of(title, abstract))
    assert {*found} == {key for key in keys if says_own_words(key, said)}


@given(st.text(min_size=1), st.text(), st.text())
def test_what_a_paper_says_is_found_in_it(words: str, before: str, after: str) -> None:
    own = typed(words)
    assert not own.key or finds(own, PaperText.of(f"{before} . {words} .", after))


@given(st.lists(st.text()), st.text())
def test_every_author_is_found_by_the_whole_name(names: list[str], name: str) -> None:
    own = typed(name, OwnKind.AUTHOR)
    assert not own.key or finds(own, PaperText.of("", "", [*names, name]))
