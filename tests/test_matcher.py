from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from naive_matching import counting, said_in

from digests.matching.hits import Hits
from digests.matching.matcher import MOST_REASONS, Matcher
from digests.matching.paper_text import PaperText
from digests.matching.rules.language import TopicRules
from digests.text import tokens


def matches(
    rules: str, title: str = "", abstract: str = "", friends: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the reasons for the one topic that has these rules."""
    matcher = Matcher({"topic": TopicRules.parse(rules)}, friends=friends)
    return matcher.match(PaperText.of(title, abstract)).get("topic", ())


def test_a_phrase_is_enough_in_the_title() -> None:
    assert matches("memory", title="Memory for Machines") == ("memory",)


def test_one_phrase_in_the_abstract_is_not_enough() -> None:
    assert not matches("memory, recall", abstract="Memory, and more memory.")


def test_two_phrases_in_the_abstract_are_enough() -> None:
    assert matches("recall, memory", abstract="Recall needs memory.") == ("memory", "recall")


def test_a_phrase_may_always_be_enough() -> None:
    assert matches("always: point cloud", abstract="We register point clouds.")


def test_a_title_phrase_is_enough_in_the_title_alone() -> None:
    text = "A dataset of cats."
    assert matches("title: dataset\nrobot", title=text)
    assert not matches("title: dataset\nrobot", abstract=text)


def test_a_title_phrase_in_the_abstract_speaks_like_any_other() -> None:
    rules = "title: arm\nrobot"
    assert matches(rules, abstract="The arm of a robot.") == ("arm", "robot")


def test_a_phrase_may_refuse_a_paper_whatever_else_it_says() -> None:
    rules = "always: robot\nnever: retracted"
    assert not matches(rules, title="Robots", abstract="This paper was retracted.")


def test_a_refusing_phrase_is_heard_only_where_it_counts() -> None:
    rules = "always: robot\nnever: oil | unless oil paint"
    assert matches(rules, title="Robots in oil paint") == ("robot",)


def test_a_phrase_does_not_span_title_and_abstract() -> None:
    assert not matches("always: deep learning", title="Going deep", abstract="Learning")


DIFFUSION = "always: diffusion | unless heat diffusion, diffusion of innovations"


def test_heat_diffusion_is_not_diffusion() -> None:
    assert not matches(DIFFUSION, abstract="Heat diffusion in a metal rod.")


def test_a_false_friend_elsewhere_does_not_hide_the_phrase() -> None:
    text = "Unlike heat diffusion, diffusion generates images."
    assert matches(DIFFUSION, abstract=text) == ("diffusion",)


def test_a_false_friend_may_follow_the_phrase() -> None:
    assert not matches(DIFFUSION, title="On the Diffusion of Innovations")


@pytest.mark.parametrize("text", ["heat-diffusion", "heatdiffusion", "heat-\ndiffusion"])
def test_a_false_friend_has_hyphens_too(text: str) -> None:
    rules = "always: diffusion | unless heat-diffusion"
    assert not matches(rules, abstract=f"The {text} equation.")


def test_a_friend_of_all_topics_hides_what_is_within_it() -> None:
    friends = ("transformer oil",)
    assert not matches("transformer", title="Ageing of Transformer Oils", friends=friends)
    assert matches("transformer", title="Oils in a Transformer", friends=friends)


def test_a_friend_of_all_topics_counts_for_the_topic_that_names_it() -> None:
    rules = "transformer oil, oil"
    friends = ("transformer oil",)
    assert matches(rules, title="Transformer Oil", friends=friends) == ("transformer oil",)


def test_a_phrase_around_a_friend_of_all_topics_counts() -> None:
    friends = ("network traffic",)
    assert matches("network traffic model", title="A Network Traffic Model", friends=friends)


def test_words_of_false_friends_are_not_weighed() -> None:
    matcher = Matcher({"topic": TopicRules.parse("heat")}, friends=["heat diffusion"])
    text = PaperText.of("Heat diffusion and heat", "")
    evidence, hidden = matcher.evidence(text)
    assert evidence == {"topic": {"heat": Hits(1, 0)}}
    assert text.words(hidden) == (["and", "heat"], [])


def test_a_phrase_with_context_needs_it_in_the_same_paper() -> None:
    rules = "agent | with LLM, tool use"
    assert not matches(rules, title="A chemical agent", abstract="Toxic to fish.")
    assert matches(rules, title="A helpful agent", abstract="Built on LLMs.") == ("agent",)


def test_transformer_oil_is_no_architecture() -> None:
    rules = "transformer | unless transformer oil"
    assert not matches(rules, title="Ageing of Transformer Oils")
    assert matches(rules, title="Ageing of Transformer Oils in a Transformer")


def test_attention_deficits_are_no_architecture() -> None:
    rules = "always: attention | unless attention deficit"
    assert not matches(rules, abstract="Children with attention deficits.")


@pytest.mark.parametrize("text", ["organ", "rag", "a rag doll", "Rag", "RAGE", "DRAG", "storage"])
def test_an_acronym_is_found_only_as_it_is_written(text: str) -> None:
    assert not matches("RAG, GAN", title=text)


@pytest.mark.parametrize("text", ["RAG", "RAGs", "RAG-based", "(RAG)", "Graph/RAG", "RAG's"])
def test_an_acronym_may_have_a_plural_and_neighbours(text: str) -> None:
    assert matches("always: RAG", abstract=f"On the {text} question") == ("RAG",)


def test_rna_is_not_found_within_mrna() -> None:
    assert not matches("RNA", title="mRNA Design")
    assert matches("RNA", title="RNA Design")


def test_an_acronym_within_a_phrase_is_checked_in_its_place() -> None:
    assert matches("neural RAG index", title="Neural RAG Indexes")
    assert not matches("neural RAG index", title="RAG and neural rag index")


def test_a_phrase_in_small_letters_is_found_in_a_shouting_title() -> None:
    assert matches("diffusion model", title="DIFFUSION MODELS EXPLAINED")


SPELLINGS = ["pre-training", "pretraining", "pre training", "Pre-\nTraining", "pre\u2011training"]


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_hyphen_stands_for_hyphen_space_or_nothing(text: str) -> None:
    assert matches("always: pre-training", abstract=f"About {text}.") == ("pre-training",)


@pytest.mark.parametrize("text", ["pre-training", "pretraining", "pre- training", "Pre-\ntraining"])
def test_a_word_is_found_where_a_hyphen_parts_it(text: str) -> None:
    assert matches("always: pretraining", abstract=f"About {text}.") == ("pretraining",)


@pytest.mark.parametrize(
    "text", ["state-space", "State space", "state\u2010space", "state--space", "state-\nspace"]
)
def test_line_breaks_and_dashes_do_not_hide_a_phrase(text: str) -> None:
    assert matches("always: state space", abstract=text)


def test_latex_does_not_hide_a_phrase() -> None:
    assert matches("φ-Decoding", title=r"$\phi$-\textbf{Decoding}")
    assert matches("decoding", title="φ-Decoding")


def test_two_forms_in_one_place_count_once() -> None:
    matcher = Matcher({"topic": TopicRules.parse("pre-training")})
    text = PaperText.of("", "Pre-training is not pretraining, nor pre training.")
    assert matcher.evidence(text) == ({"topic": {"pre training": Hits(0, 3)}}, [])


def test_deciding_reasons_come_first_and_then_those_of_the_title() -> None:
    rules = "alpha, beta\nalways: gamma"
    assert matches(rules, "Beta", "alpha, gamma, beta") == ("gamma", "beta", "alpha")


def test_no_part_of_a_reason_stands_beside_it() -> None:
    rules = "diffusion, diffusion model, latent diffusion model, model zoo"
    title = "Latent diffusion models, a diffusion and a model zoo"
    assert matches(rules, title) == ("latent diffusion model", "model zoo")


def test_there_are_never_too_many_reasons() -> None:
    phrases = [f"phrase{number}" for number in range(20)]
    reasons = matches(",".join(phrases), abstract=" ".join(phrases))
    assert reasons == tuple(sorted(phrases)[:MOST_REASONS])


def test_topics_share_phrases_and_keep_their_keys() -> None:
    rules = {7: TopicRules.parse("robot arm"), 8: TopicRules.parse("Robot, robot arm")}
    found = Matcher(rules).match(PaperText.of("A robot arm", ""))
    assert found == {7: ("robot arm",), 8: ("robot arm",)}


def test_a_matcher_without_topics_finds_nothing() -> None:
    assert Matcher[str]({}).match(PaperText.of("A robot", "An arm")) == {}


def test_an_author_is_no_word() -> None:
    matcher = Matcher({"topic": TopicRules.parse("robot")})
    assert matcher.match(PaperText.of("", "", ["A. Robot"], ["robot"])) == {}


WORDS = [
    "pre",
    "training",
    "pretraining",
    "Rag",
    "RAG",
    "RAGs",
    "GPT",
    "4",
    "GPT4",
    "φ",
    "mod\u00e9ls",
]
GAPS = [" ", " ", "-", "-\n", "--", "\u2011", "\u2013", ", ", "", "'s ", "$^2$", " - "]
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).flatmap(
    lambda said: st.sampled_from([" ".join(said), "-".join(said), "".join(said)])
)
TEXTS = st.lists(st.sampled_from(WORDS + GAPS), max_size=12).map("".join) | st.text()


class Narrowed(NamedTuple):
    """A phrase, its context, its false friends, and those of all topics."""

    phrase: str
    context: set[str] = set()
    unless: set[str] = set()
    friends: set[str] = set()

    @property
    def rules(self) -> TopicRules:
        context = f" | with {', '.join(self.context)}" if self.context else ""
        unless = f" | unless {', '.join(self.longer)}" if self.unless else ""
        return TopicRules.parse(f"{self.phrase}{context}{unless}")

    @property
    def longer(self) -> set[str]:
        return {f"{self.phrase} {it}" for it in self.unless}


NARROWED = st.builds(Narrowed, PHRASES, *[st.sets(PHRASES, max_size=2)] * 3)


@given(TEXTS, TEXTS, NARROWED)
@example("", "pre-pre-training", Narrowed("pretraining"))
@example("GPT-4's", "GPT4", Narrowed("GPT-4", context={"GPT"}))
def test_it_finds_what_the_naive_way_finds(title: str, abstract: str, it: Narrowed) -> None:
    matcher = Matcher({"topic": it.rules}, friends=it.friends)
    evidence, _ = matcher.evidence(PaperText.of(title, abstract))

    said = said_in(title, abstract)
    found = counting(it.phrase, said, it.context, it.longer, it.friends)
    in_title = sum(start < said.index("|") for start, _ in found)
    due = {it.rules.phrases[0][1].key: Hits(in_title, len(found) - in_title)}
    assert evidence == ({"topic": due} if found else {})


@given(st.text(), st.text(), st.text(min_size=1).map(lambda it: it.translate({44: 32, 124: 32})))
def test_a_phrase_that_a_paper_says_is_found_in_it(title: str, abstract: str, phrase: str) -> None:
    if not tokens(phrase) or len(phrase.splitlines()) > 1 or set(phrase) & {"#", ":"}:
        return
    assert matches(f"always: {phrase}", f"{title} . {phrase} .", abstract) == (phrase.strip(),)
