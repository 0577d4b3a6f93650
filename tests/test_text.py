import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text import clean, normalise, title_key

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
    ("text", "normal"),
    [
        ("State-Space  Models", "state space model"),
        ("state-\nspace model", "state space model"),
        ("state\u2013space model", "state space model"),
        ("GANs and VAEs", "gan and vae"),
        ("caches, classes; studies", "cache class study"),
        ("analysis of bias", "analysis of bias"),
        ("the model\u2019s weights", "the model weight"),
        (r"\textbf{Deep} mathcal{O}(n)", "deep o n"),
        (r"$\phi$-Decoding", "phi decoding"),
        ("φ-Decoding", "phi decoding"),
        (r"na\"{\i}ve M\"uller", "naive muller"),
        ("naïve Müller", "naive muller"),
        ("Video-Ma$^2$mba", "video ma2mba"),
        ("``quotes'' dataset~(NPD)", "quote dataset npd"),
        ("C++ and C#", "c++ and c#"),
        ("soft\u00adware", "software"),
    ],
)
def test_spellings_of_one_word_become_one(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


DEBRIS = "ab\\{}^_$'\"-sei ~.{textit}\u00e9\u03c6\u0345\u200b\ud800"


@given(st.text(alphabet=st.sampled_from(DEBRIS)))
def test_normalising_latex_debris_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


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


@pytest.mark.parametrize("char", ["\0", "\x07", "\x9b", "\ud800", "\u202e", "\u2066"])
def test_cleaning_removes_what_must_not_be_stored(char: str) -> None:
    assert clean(f"pa{char}per") == "paper"


@given(st.text(alphabet=st.characters()))
def test_clean_text_can_be_stored_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned
