"""What readers type: read, limited, and refused with a reason beside its field."""

from collections.abc import Collection

import factories as make
import pytest
from pytest_django import DjangoAssertNumQueries

from digests.matching import rematch
from digests.matching.own.words import MOST_OWN, OwnTopic, read_words
from digests.models import Topic
from subscribers.forms.own_words import LONGEST_TEXT, OwnWordsForm
from subscribers.forms.topics import ChoiceForm

pytestmark = pytest.mark.django_db


def own_words(**typed: str) -> OwnWordsForm:
    return OwnWordsForm(typed, today=make.DATE)


def choice(typed: dict[str, str], kept: Collection[OwnTopic] = ()) -> ChoiceForm:
    offered = Topic.objects.offered()
    return ChoiceForm(typed, offered=offered, brought={}, today=make.DATE, kept=kept)


@pytest.fixture
def learning() -> None:
    """Have a month of papers that all say the same word."""
    papers = [make.paper(abstract="They are learning.") for _ in range(60)]
    rematch.match_anew(papers)


def test_own_words_alone_are_a_choice() -> None:
    typed = {"words": "flow matching", "authors": "Li, Fei-Fei", "categories": "cs.cl"}
    form = choice({**typed, "excluded": "survey"})
    assert form.is_valid()
    said = [(topic.kind.value, topic.name) for topic in form.choice.own]
    assert said == [("words", "flow matching"), ("author", "Fei-Fei Li"), ("category", "cs.CL")]
    assert [topic.name for topic in form.choice.excluded] == ["survey"]
    assert not form.choice.topics


@pytest.mark.parametrize("typed", [{}, {"words": " ,\n; "}, {"excluded": "survey"}])
def test_something_to_read_must_be_chosen(typed: dict[str, str]) -> None:
    assert choice(typed).errors == {"topics": ["Please choose at least one topic or word."]}


def test_who_mistyped_her_only_word_is_told_that_and_nothing_else() -> None:
    assert [*choice({"words": "ab"}).errors] == ["words"]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"words": "ab"}, "words", "too short"),
        ({"words": "\u202eab\x07"}, "words", "too short"),
        ({"words": "x" * 81}, "words", "too long"),
        ({"words": "owls\0"}, "words", "Null characters"),
        ({"authors": "Li"}, "authors", "too short"),
        ({"categories": "cs.XX"}, "categories", "no arXiv category"),
        ({"excluded": "ab"}, "excluded", "too short"),
        ({"words": "owls", "excluded": "Owl"}, "excluded", "both followed and left out"),
        ({"excluded": ",".join(f"word{n}" for n in range(21))}, "excluded", f"keep to {MOST_OWN}"),
        ({"words": ",".join(f"word{n}" for n in range(21))}, "words", f"keep to {MOST_OWN}"),
        ({"words": ",".join(f"w{n:03}" for n in range(1000))}, "words", "4,000 characters"),
        ({"words": "x" * (LONGEST_TEXT + 1)}, "words", "4,000 characters"),
    ],
)
def test_what_cannot_be_followed_is_said_at_its_field(
    typed: dict[str, str], field: str, said: str
) -> None:
    form = own_words(**typed)
    ((name, [error]),) = form.errors.items()
    assert name == field
    assert said in str(error)


def test_no_paper_is_looked_at_for_more_than_a_reader_may_follow(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert not own_words(words=",".join(f"word{n}" for n in range(400))).is_valid()
        assert not own_words(words="owls", excluded="owls").is_valid()


@pytest.mark.parametrize("field", ["words", "excluded"])
def test_words_that_most_papers_say_are_refused(learning: None, field: str) -> None:
    form = own_words(**{field: "Learning, flow matching"})
    said = (
        "\u201cLearning\u201d is in more than a third of last month\u2019s papers; "
        "please choose something more particular."
    )
    assert form.errors == {field: [said]}


def test_all_that_is_wrong_in_a_field_is_said_at_once(learning: None) -> None:
    form = own_words(words=f"learning, x, flow matching, {'y' * 81}")
    said = [str(error)[:20] for error in form.errors["words"]]
    assert said == ["“x” is too short: pl", f"“{'y' * 19}", "“learning” is in mor"]
    assert [typed.topic.name for typed in form.groups[0].typed] == ["learning", "flow matching"]


def test_what_is_refused_as_too_common_still_shows_its_figures(learning: None) -> None:
    form = own_words(words="learning")
    form.full_clean()
    assert [entry.brought.month for entry in form.groups[0].typed] == [60]


def test_a_word_that_she_follows_already_may_have_become_common(learning: None) -> None:
    assert choice({"words": "learning"}, kept=read_words("Learning")).is_valid()
    assert not choice({"words": "learning"}).is_valid()


def test_a_mistake_in_one_field_hides_no_figures_of_another(learning: None) -> None:
    form = own_words(authors="x", excluded="learning")
    form.full_clean()
    assert [len(group.typed) for group in form.groups] == [0, 0, 0, 1]
