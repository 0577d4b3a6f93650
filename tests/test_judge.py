"""The weights at work, on numbers small enough to be worked out by hand."""

import math

import pytest

from digests.matching import catalogue
from digests.matching.hits import Hits
from digests.matching.rules.language import TopicRules
from digests.matching.weights.judge import Judge, TopicWeights, Weights, Word, judge


def signed(*numbers: int) -> bytes:
    return bytes(number % 256 for number in numbers)


WEIGHTS = Weights(
    papers=100,
    topics={
        "owls": TopicWeights(
            {"owl": 50, "barn owl": 2}, bias=-0.5, scale=0.01, points=(1, 0, 0, 0)
        ),
        "bees": TopicWeights({"bee": 10}, bias=-0.5, scale=0.02, points=(0, 0, 0, 1)),
    },
    words={"owl": Word(50, signed(100, -100)), "honey": Word(10, signed(-50, 100))},
    title_words={"owl": Word(20, signed(50, 0))},
)


@pytest.fixture
def small() -> Judge:
    return Judge(WEIGHTS)


def test_a_papers_words_make_a_vector_of_length_1(small: Judge) -> None:
    vector = small.vector(["owl", "unheard"], ["owl", "honey", "honey", "owl", "owl"])
    assert sorted(term.word for term in vector) == ["honey", "owl", "owl"]
    assert math.hypot(*vector.values()) == pytest.approx(1)


def test_a_rare_word_counts_more_than_a_common_one(small: Judge) -> None:
    values = {term.word: value for term, value in small.vector([], ["owl", "honey"]).items()}
    assert values["honey"] > values["owl"]


def test_a_word_that_is_repeated_counts_more_but_less_each_time(small: Judge) -> None:
    once, twice, thrice = (
        {term.word: value for term, value in small.vector([], ["honey", *["owl"] * times]).items()}
        for times in (1, 2, 3)
    )
    ratios = [it["owl"] / it["honey"] for it in (once, twice, thrice)]
    assert ratios[1] - ratios[0] > ratios[2] - ratios[1] > 0


def test_a_paper_without_known_words_has_the_bias_for_a_score(small: Judge) -> None:
    opinion = small.hear(["unheard"], [], {})
    assert opinion.score("owls") == -0.5


def test_weights_are_signed(small: Judge) -> None:
    opinion = small.hear([], ["owl"], {})
    assert opinion.score("owls") == pytest.approx(0.5)  # 100 * 0.01 - 0.5
    assert opinion.score("bees") == pytest.approx(-2.5)  # -100 * 0.02 - 0.5


def test_phrases_add_to_the_score(small: Judge) -> None:
    evidence = {"owls": {"owl": Hits(abstract=1)}}
    said = math.log(100 / 50) / 3
    assert small.hear([], [], evidence).score("owls") == pytest.approx(-0.5 + math.sqrt(said) / 10)


def test_an_unknown_phrase_counts_as_rare_as_any(small: Judge) -> None:
    rarest = math.log(100) / 3
    assert small.rarity("owls", "snowy owl") == rarest
    assert small.rarity("owls", "owl") < small.rarity("owls", "barn owl") < rarest


def test_topics_share_what_a_paper_says(small: Judge) -> None:
    alone = small.points({"bees": {"bee": Hits(title=1)}})
    beside = small.points({"bees": {"bee": Hits(title=1)}, "owls": {"barn owl": Hits(title=1)}})
    assert alone["bees"][3] > beside["bees"][3] > 0
    assert alone["bees"][:3] == beside["bees"][:3]


def test_hits_of_which_there_are_more_weigh_more_but_not_twice() -> None:
    assert Hits(title=1).weight == 1
    assert 1 < Hits(title=1, abstract=1).weight < 2


# The order of the reasons


def test_of_two_phrases_that_of_the_title_is_worth_more(small: Judge) -> None:
    hits = {"bee": Hits(abstract=1), "hive": Hits(title=1)}
    worth = small.hear(["hive"], ["bee"], {"bees": hits}).worth("bees", hits)
    assert worth["hive"] > worth["bee"]


def test_a_phrase_whose_words_speak_for_the_topic_is_worth_more(small: Judge) -> None:
    hits = {"owl": Hits(abstract=1), "honey": Hits(abstract=1)}
    worth = small.hear([], ["owl", "honey"], {"owls": hits}).worth("owls", hits)
    assert worth["owl"] > worth["honey"] > 0


# The weights that the project ships


def test_every_topic_of_the_catalogue_has_weights_and_none_besides() -> None:
    assert [*judge().columns] == [topic.slug for topic in catalogue.load().topics]


def test_every_word_has_a_weight_for_every_topic() -> None:
    weights = judge().weights
    known = [*weights.words.values(), *weights.title_words.values()]
    assert {len(word.weights) for word in known} == {len(weights.topics)}


def test_the_phrases_that_were_counted_are_those_of_the_catalogue() -> None:
    for topic in catalogue.load().topics:
        keys = {phrase.key for _, phrase in TopicRules.parse(topic.rules).phrases}
        assert judge().weights.topics[topic.slug].phrases.keys() <= keys, topic.slug


def test_the_weights_are_read_once() -> None:
    assert judge() is judge()
