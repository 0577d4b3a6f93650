import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.matching.own.spelling import spelled
from digests.matching.own.words import key_of_author, key_of_words, read_categories, read_words

SIGNS = st.sampled_from(
    [*"aBs1 -.'_^$\\{}&/+#@!", "\u0301", "\u200d", "\u00e9", "\u03c6", "\u00d7"]
)
names = st.text(SIGNS) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters=","))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("flow matching \N{REVERSED HAND WITH MIDDLE FINGER EXTENDED}", "flow matching"),
        ("flow matching \U0001f175\U0001f184\U0001f172\U0001f17a", "flow matching"),
        ("flow.matching!!! :-)", "flow matching"),
        ("https://explainable.ai", "https explainable ai"),
        ("f\u0337\u0322l\u0337ow", "flow"),
        ("flow\u202fmat\u200bching", "flow matching"),
        (r"\textbf{flow} matching", "flow matching"),
    ],
)
def test_who_types_a_phrase_first_writes_nothing_else_to_those_who_share_it(
    typed: str, shown: str
) -> None:
    assert [it.name for it in read_words(typed)] == [shown]


USUAL = ["GPT-4.5", "R&D", "A/B testing", "O'Brien", "Bayes' rule", "J.-B. Mouret", "J.B. Smith"]
FOREIGN = ["C++", "DiT+", "Sch\u00f6lkopf", "\u03c6-Decoding", "3\u00d73", "\u30de\u30c3\u30c1"]


@pytest.mark.parametrize("name", [*USUAL, *FOREIGN])
def test_a_usual_spelling_stays(name: str) -> None:
    assert spelled(name) == name


def test_a_category_is_shown_as_arxiv_writes_it() -> None:
    assert read_categories("CS.cl")[0].name == "cs.CL"


@given(names)
@example("Ma$^2$mba")
@example("pre- and post-training")
def test_a_name_is_looked_for_as_it_was_typed_and_shown_alike_again(name: str) -> None:
    shown = spelled(name)
    assert key_of_words(shown) == key_of_words(name)
    assert key_of_author(shown) == key_of_author(name)
    assert spelled(shown) == shown
