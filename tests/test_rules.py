import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.matching.rules.language import Form, Phrase, RuleError, Sort, TopicRules, forms


def texts(rules: str) -> list[tuple[Sort, str]]:
    """Return the sort and the text of each phrase."""
    return [(sort, phrase.text) for sort, phrase in TopicRules.parse(rules).phrases]


def test_a_line_holds_phrases_with_commas_between_them() -> None:
    assert texts("diffusion model,  flow matching") == [
        (Sort.SPEAKS, "diffusion model"),
        (Sort.SPEAKS, "flow matching"),
    ]


def test_a_line_may_begin_with_what_its_phrases_do() -> None:
    rules = "title: benchmark\nalways: score distillation\nnever : retracted, withdrawn"
    assert texts(rules) == [
        (Sort.TITLE, "benchmark"),
        (Sort.ALWAYS, "score distillation"),
        (Sort.NEVER, "retracted"),
        (Sort.NEVER, "withdrawn"),
    ]


def test_blank_lines_and_comments_say_nothing() -> None:
    assert texts("\n  # diffusion, of heat\n\nrobot\r\n") == [(Sort.SPEAKS, "robot")]


def test_a_colon_behind_several_words_is_a_part_of_the_phrase() -> None:
    assert texts("system two: thinking") == [(Sort.SPEAKS, "system two: thinking")]


def test_a_context_belongs_to_each_phrase_of_its_line() -> None:
    rules = TopicRules.parse("agent, tool | with LLM, chat")
    assert [phrase.context for _, phrase in rules.phrases] == [
        frozenset([*forms("LLM"), *forms("chat")])
    ] * 2


def test_a_false_friend_belongs_to_the_phrases_that_it_contains() -> None:
    rules = TopicRules.parse("diffusion, oil | unless heat diffusion, oil paint")
    assert [phrase.unless for _, phrase in rules.phrases] == [
        forms("heat diffusion"),
        forms("oil paint"),
    ]


def test_a_phrase_may_have_a_context_and_false_friends() -> None:
    (_, phrase), *_ = TopicRules.parse("agent | unless free agent | with LLM").phrases
    assert phrase == Phrase.of("agent", ["LLM"], ["free agent"])


def test_a_hyphen_is_open_or_closed() -> None:
    assert forms("Pre-Training") == (Form(" pre training "), Form(" pretraining "))


def test_an_acronym_keeps_its_place_in_the_open_form() -> None:
    assert forms("the RAG-Index") == (
        Form(" the rag index ", ((1, "RAG"),)),
        Form(" the ragindex "),
    )


def test_spellings_of_a_phrase_have_one_key() -> None:
    keys = {Phrase.of(text).key for text in ("State-Space  Models", "state space model")}
    assert keys == {"state space model"}


def test_a_phrase_may_stand_twice_if_it_is_narrowed_differently() -> None:
    rules = "agent | with LLM\ntitle: agent"
    assert texts(rules) == [(Sort.SPEAKS, "agent"), (Sort.TITLE, "agent")]


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ("robot\n...", "line 2: '...' holds no word"),
        ("robot,, arm", "line 1: the line needs phrases with one comma between them"),
        ("\nalways:", "line 2: the line needs phrases"),
        ("| with x", "line 1: the line needs phrases"),
        ("storng: robot", "line 1: there is no 'storng'; a line may begin with title:, always:"),
        ("a | near x", "line 1: what follows | must begin with 'with' or 'unless', not 'near'"),
        ("a |", "line 1: what follows | must begin with 'with' or 'unless', not ''"),
        ("a | with", "line 1: 'with' needs phrases"),
        ("a | with x,", "line 1: 'with' needs phrases"),
        ("a | with -", "line 1: '-' holds no word"),
        ("a | with x | with y", "line 1: 'with' may stand once in a line"),
        ("flow | unless heat", "line 1: unless 'heat' does not contain the phrase 'flow'"),
        ("robots\n\nalways: Robot", "line 3: 'Robot' is a repetition"),
        ("pretraining, pre-training", "line 1: 'pre-training' is a repetition"),
        ("never: robot", "there is no phrase that could bring a paper"),
        ("# robot", "there is no phrase that could bring a paper"),
        ("", "there is no phrase that could bring a paper"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(rules: str, complaint: str) -> None:
    with pytest.raises(RuleError) as refusal:
        TopicRules.parse(rules)
    assert str(refusal.value).startswith(complaint)


LANGUAGE = [
    "title",
    "never",
    "with",
    "unless",
    ":",
    "|",
    ",",
    "#",
    "\n",
    "\v",
    " ",
    "a",
    "RAG",
    "-",
]


@given(st.lists(st.sampled_from(LANGUAGE)).map("".join) | st.text())
def test_no_text_breaks_the_language(text: str) -> None:
    try:
        rules = TopicRules.parse(text)
    except RuleError:
        return
    assert all(phrase.key for _, phrase in rules.phrases)
