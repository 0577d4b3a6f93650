from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.matching.matcher import MOST_REASONS, Matcher
from digests.matching.rules import Phrase, RuleError, TopicRules


def matches(rules: Mapping[str, object], title: str = "", abstract: str = "") -> tuple[str, ...]:
    """Return the reasons for the one topic that has these rules."""
    matcher = Matcher({"topic": TopicRules.parse(rules, "topic")})
    return matcher.match(title, abstract).get("topic", ())


DIFFUSION = {
    "phrase": "diffusion",
    "unless": ["heat diffusion", "diffusion of innovations"],
}


def test_a_strong_phrase_is_enough_anywhere() -> None:
    assert matches({"strong": ["point cloud"]}, abstract="We register point clouds.")


def test_a_weak_phrase_is_enough_in_the_title() -> None:
    assert matches({"weak": ["memory"]}, title="Memory for Machines")


def test_one_weak_phrase_in_the_abstract_is_not_enough() -> None:
    assert not matches({"weak": ["memory"]}, abstract="Memory, and more memory.")


def test_two_weak_phrases_in_the_abstract_are_enough() -> None:
    reasons = matches({"weak": ["memory", "recall"]}, abstract="Recall needs memory.")
    assert reasons == ("recall", "memory")


def test_a_title_phrase_counts_for_nothing_in_the_abstract() -> None:
    rules = {"title": ["benchmark", "dataset"]}
    assert not matches(rules, abstract="A benchmark from a dataset.")
    assert matches(rules, title="A Benchmark")


def test_a_phrase_does_not_span_title_and_abstract() -> None:
    assert not matches({"strong": ["deep learning"]}, title="Going deep", abstract="Learning")


def test_heat_diffusion_is_not_diffusion() -> None:
    assert not matches({"strong": [DIFFUSION]}, abstract="Heat diffusion in a metal rod.")


def test_a_false_friend_elsewhere_does_not_hide_the_phrase() -> None:
    text = "Unlike heat diffusion, diffusion generates images."
    assert matches({"strong": [DIFFUSION]}, abstract=text) == ("diffusion",)


def test_a_false_friend_may_follow_the_phrase() -> None:
    assert not matches({"strong": [DIFFUSION]}, title="On the Diffusion of Innovations")


def test_a_phrase_with_context_needs_it_in_the_same_paper() -> None:
    rules = {"strong": [{"phrase": "agent", "with": ["LLM", "tool use"]}]}
    assert not matches(rules, title="A chemical agent", abstract="Toxic to fish.")
    assert matches(rules, title="A helpful agent", abstract="Built on LLMs.") == ("agent",)


def test_transformer_oil_is_no_architecture() -> None:
    rules = {"strong": [{"phrase": "transformer", "unless": ["transformer oil"]}]}
    assert not matches(rules, title="Ageing of Transformer Oils")
    assert matches(rules, title="Ageing of Transformer Oils in a Transformer")


def test_attention_deficits_are_no_architecture() -> None:
    rules = {"strong": [{"phrase": "attention", "unless": ["attention deficit"]}]}
    assert not matches(rules, abstract="Children with attention deficits.")


@pytest.mark.parametrize("text", ["organ", "rag", "a rag doll", "Rag", "RAGE", "DRAG", "storage"])
def test_an_acronym_is_found_only_as_it_is_written(text: str) -> None:
    assert not matches({"strong": ["RAG", "GAN"]}, title=text)


@pytest.mark.parametrize("text", ["RAG", "RAGs", "RAG-based", "(RAG)", "Graph/RAG", "RAG's"])
def test_an_acronym_may_have_a_plural_and_neighbours(text: str) -> None:
    assert matches({"strong": ["RAG"]}, abstract=f"On the {text} question") == ("RAG",)


def test_rna_is_not_found_within_mrna() -> None:
    assert not matches({"strong": ["RNA"]}, title="mRNA Design")
    assert matches({"strong": ["RNA"]}, title="RNA Design")


def test_an_acronym_within_a_phrase_is_checked_in_its_place() -> None:
    rules = {"strong": ["neural RAG index"]}
    assert matches(rules, title="Neural RAG Indexes")
    assert not matches(rules, title="RAG and neural rag index")


def test_a_phrase_in_small_letters_is_found_in_a_shouting_title() -> None:
    assert matches({"strong": ["diffusion model"]}, title="DIFFUSION MODELS EXPLAINED")


@pytest.mark.parametrize("text", ["pre-training", "pretraining", "pre training", "Pre-\nTraining"])
def test_a_hyphen_stands_for_hyphen_space_or_nothing(text: str) -> None:
    assert matches({"strong": ["pre-training"]}, abstract=f"About {text}.") == ("pre-training",)


@pytest.mark.parametrize(
    "text", ["state-space", "State space", "state\u2010space", "state-\nspace"]
)
def test_line_breaks_and_dashes_do_not_hide_a_phrase(text: str) -> None:
    assert matches({"strong": ["state space"]}, abstract=text)


def test_latex_does_not_hide_a_phrase() -> None:
    assert matches({"strong": ["φ-Decoding"]}, title=r"$\phi$-\textbf{Decoding}")
    assert matches({"strong": ["decoding"]}, title="φ-Decoding")


def test_reasons_are_those_of_the_title_first_then_in_order_of_appearance() -> None:
    rules = {"strong": ["alpha", "beta", "gamma"]}
    reasons = matches(rules, title="Gamma", abstract="beta, alpha, gamma, beta")
    assert reasons == ("gamma", "beta", "alpha")


def test_of_two_reasons_in_one_place_the_longer_comes_first() -> None:
    rules = {"strong": ["diffusion", "diffusion model"]}
    assert matches(rules, title="Diffusion models") == ("diffusion model", "diffusion")


def test_there_are_never_too_many_reasons() -> None:
    phrases = [f"phrase{number}" for number in range(20)]
    reasons = matches({"strong": phrases}, abstract=" ".join(phrases))
    assert reasons == tuple(phrases[:MOST_REASONS])


def test_a_title_phrase_in_the_abstract_is_no_reason() -> None:
    rules = {"strong": ["robot"], "title": ["arm"]}
    assert matches(rules, abstract="The arm of a robot.") == ("robot",)


def test_topics_share_phrases_and_keep_their_keys() -> None:
    matcher = Matcher({7: TopicRules.keyword("robot arm"), 8: TopicRules.keyword("Robot")})
    assert matcher.match("A robot arm", "") == {7: ("robot arm",), 8: ("Robot",)}


def test_a_matcher_without_topics_finds_nothing() -> None:
    assert Matcher[str]({}).match("A robot", "An arm") == {}


WORDS = st.sampled_from(["robot", "arm", "Robots", "robotic", "ARM", "armour", "a", "micro", "-"])


@given(st.lists(WORDS))
def test_only_whole_words_match(words: list[str]) -> None:
    found = matches({"strong": ["robot"]}, abstract=" ".join(words))
    assert bool(found) is bool({"robot", "Robots"} & set(words))


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_text_and_no_keyword_breaks_matching(title: str, abstract: str, keyword: str) -> None:
    try:
        rules = TopicRules.keyword(keyword)
    except RuleError:
        return
    assert Matcher({"k": rules}).match(f"{title} {keyword}", abstract) == {"k": (keyword,)}


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({"strong": "robot"}, "topic: strong must be a list"),
        ({"strong": [3]}, "topic: strong 3: must be a string or a table"),
        ({"strong": ["..."]}, r"topic: strong '...': '...' holds no word"),
        ({"strong": [{"with": ["x"]}]}, "must be a string or a table with phrase"),
        (
            {"weak": [{"phrase": "a", "near": ["x"]}]},
            "unknown near; known are phrase, with",
        ),
        ({"weak": [{"phrase": "a", "with": []}]}, "with must be a list of one or more strings"),
        ({"weak": [{"phrase": "a", "with": ["-"]}]}, "'-' holds no word"),
        ({"weak": [{"phrase": "flow", "unless": ["heat"]}]}, "does not contain the phrase 'flow'"),
        ({"strong": ["robots"], "weak": ["Robot"]}, "topic: weak 'Robot' is a repetition"),
        ({"storng": ["robot"]}, "topic: unknown storng; known are strong, weak, title"),
        ({}, "topic: there are no phrases"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(
    rules: dict[str, object], complaint: str
) -> None:
    with pytest.raises(RuleError) as refusal:
        TopicRules.parse(rules, "topic")
    assert complaint in str(refusal.value)


def test_a_phrase_may_stand_twice_if_it_is_narrowed_differently() -> None:
    rules = {"strong": [{"phrase": "agent", "with": ["LLM"]}], "title": ["agent"]}
    assert TopicRules.parse(rules, "topic").title == (Phrase("agent"),)
