import json
import pathlib
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text import clean, compounds, fold, title_key, token, tokens, words

SAMPLES = pathlib.Path(__file__).parents[2] / "shared" / "samples"
PAIRS = [
    json.loads(line)
    for path in SAMPLES.glob("same-paper-pairs.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines()
]
SAME = [
    (pair["a"], pair["b"])
    for pair in PAIRS
    if pair["same"] and not pair.get("note", "").startswith("renamed")
]
DIFFERENT = [(pair["a"], pair["b"]) for pair in PAIRS if not pair["same"]]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("State-Space  Models", "state-space model"),
        ("state-\nspace model", "state-space model"),
        ("state\u2010space model", "state-space model"),
        ("state\u2013space model", "state space model"),
        ("Navier--Stokes -- a -case: dashes---", "navier stoke a case dash"),
        ("pre- and post-training", "pre-and post-training"),
        ("GANs and VAEs", "GAN and VAE"),
        ("caches, classes; studies", "cache class study"),
        ("analysis of bias", "analysis of bias"),
        ("biases, lenses, cameras", "bias lens camera"),
        ("the model\u2019s weights", "the model weight"),
        (r"\textbf{Deep} mathcal{O}(n)", "deep o n"),
        (r"$\phi$-Decoding", "phi-decoding"),
        ("φ-Decoding", "phi-decoding"),
        (r"na\"{\i}ve M\"uller", "naive muller"),
        ("naïve Müller", "naive muller"),
        ("Video-Ma$^2$mba", "video-ma2mba"),
        ("``quotes'' dataset~(NPD)", "quote dataset NPD"),
        ("C++ and C#", "c++ and c#"),
        ("soft\u00adware", "software"),
    ],
)
def test_spellings_of_one_word_become_one(text: str, folded: str) -> None:
    assert tokens(text) == folded


@pytest.mark.parametrize("word", ["GPU", "GPUs", "API", "APIs", "AI", "AIs", "RNAs", "MODELS"])
def test_an_acronym_stays_in_capitals_and_loses_its_plural(word: str) -> None:
    assert token(word) == word.removesuffix("s").removesuffix("S")


@pytest.mark.parametrize(
    "word", ["A", "3D", "SHOUTING", "mRNA", "LoRAs", "GPT4", "\u0420\u041d\u041a"]
)
def test_what_is_no_acronym_is_in_small_letters(word: str) -> None:
    assert token(word).islower()


def test_a_compound_has_a_token_of_each_of_its_words() -> None:
    assert token("RAG-Based") == "RAG-based"


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert tokens(tokens(text)) == tokens(text)


@given(st.text())
def test_tokens_hold_one_space_and_one_hyphen_between_words(text: str) -> None:
    folded = tokens(text)
    assert folded == " ".join(folded.split())
    assert all(all(it.split("-")) for it in folded.split())


@given(st.text())
def test_only_acronyms_of_plain_letters_are_in_capitals(text: str) -> None:
    capitals = "".join(char for char in tokens(text) if char != char.lower())
    assert capitals.isascii()


def test_no_token_changes_its_length_in_small_letters() -> None:
    """Offsets in the one are used in the other. Dotted I is the one letter that would."""
    everything = "".join(f"{chr(code)} I{chr(code)} " for code in range(sys.maxunicode + 1))
    folded = tokens(everything)
    assert len(folded) == len(folded.lower())
    assert tokens("\u0130stanbul") == "istanbul"


@given(st.text())
def test_words_are_the_parts_of_compounds(text: str) -> None:
    assert words(text) == [word for it in compounds(text) for word in it.split("-")]


@given(st.text(alphabet="aeiousxhc", max_size=8))
def test_the_singular_of_a_singular_is_itself(word: str) -> None:
    assert fold(fold(word)) == fold(word)


DEBRIS = "ab\\{}^_$'\"-sei ~.{textit}\u00e9\u03c6\u0345\u200b\ud800"


@given(st.text(alphabet=st.sampled_from(DEBRIS)))
def test_folding_latex_debris_twice_changes_nothing(text: str) -> None:
    assert tokens(tokens(text)) == tokens(text)


@pytest.mark.parametrize(
    ("listed", "typeset"),
    [
        ("LLMtimesMapReduce: Simplified", r"LLM$\times$MapReduce: Simplified"),
        ("LLM\u00d7MapReduce", r"LLM$\times$MapReduce"),
        ("AutoCoder with AIEV-Instruct", "AutoCoder with\n  \\textsc{AIEV-Instruct}"),
        ("Trans-LoRA: towards", r"$\textit{Trans-LoRA}$: towards"),
        ("nabla^2DFT", r"$\nabla^2$DFT"),
        ("Transformer^2: Self-adaptive LLMs", r"$\text{Transformer}^2$: Self-adaptive LLMs"),
        ("textbf{Only-IF}:Revealing", r"$\textbf{Only-IF}$: Revealing"),
        ("π0: A Flow Model", r"$\pi_0$: A flow model"),
        ("sim50% of ell_1", r"$\sim$50\% of $\ell_1$"),
        *SAME,
    ],
)
def test_a_title_has_one_key_however_it_is_typeset(listed: str, typeset: str) -> None:
    assert title_key(listed) == title_key(typeset)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nemotron 3 Super: Open", "Nemotron 3 Ultra: Open"),
        ("RedOne: Post-Training", "RedOne 2.0: Post-Training"),
        ("Scaling 2.0", "Scaling 20"),
        ("PointNet", "PointNet++"),
        ("Distilled Decoding 1", "Distilled Decoding 2"),
        ("A Model of Things", "Models of Things"),
        *DIFFERENT,
    ],
)
def test_titles_that_differ_in_what_counts_have_two_keys(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


def test_a_title_without_a_word_has_no_key() -> None:
    assert title_key("?! …") == ""


def test_a_title_that_is_a_number_has_a_key() -> None:
    assert title_key("0") == "0"


@pytest.mark.parametrize("text", ["a<b", "<think> is a token", "na\u00efve", "5\u00d7 faster"])
def test_cleaning_leaves_the_authors_text_alone(text: str) -> None:
    assert clean(text) == text


def test_cleaning_folds_whitespace_to_one_line() -> None:
    assert clean("  A title\n  in two\tlines ") == "A title in two lines"


@pytest.mark.parametrize("char", ["\0", "\x07", "\x9b", "\ud800", "\u202e", "\u2066", "\ufffe"])
def test_cleaning_removes_what_must_not_be_stored(char: str) -> None:
    assert clean(f"pa{char}per") == "paper"


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned
