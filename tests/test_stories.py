"""How a paper is shown, and why it says it is there."""

import pytest
from django.utils import translation

from digests.models import Paper
from newsletter.printing.stories import Choice, Kind, Reason, chosen, of_paper, rank

PLACE = 1


def choice(name: str, kind: str = Kind.CATALOGUE, *because: str) -> Choice:
    return Choice(rank(kind, PLACE, name), 1, name, kind, because)


def reasons(*choices: Choice) -> list[str]:
    told = chosen(of_paper(Paper(title="Owls")), sorted(choices), ())
    return [*map(str, told.reasons)]


def test_a_topic_of_the_catalogue_gives_its_best_words() -> None:
    birds = choice("Birds", Kind.CATALOGUE, "owl", "wings", "beak", "feather")
    assert reasons(birds) == ["Birds: owl, wings, beak"]


def test_everything_is_a_reason_only_where_there_is_no_better_one() -> None:
    everything = choice("Everything", Kind.EVERYTHING)
    assert reasons(everything) == ["Everything"]
    assert reasons(everything, choice("Owls")) == ["Owls"]


def test_a_readers_own_words_speak_for_themselves_the_most_particular_first() -> None:
    own = [
        choice("cs.CL", Kind.CATEGORY, "cs.CL"),
        choice("barn owl", Kind.WORDS, "barn owl"),
        choice("Ada Byron", Kind.AUTHOR, "Ada Byron"),
    ]
    owls = choice("Owls", Kind.CATALOGUE, "wings", "Barn Owl", "beak")
    said = ["by Ada Byron", "barn owl", "Owls: wings, beak", "cs.CL"]
    assert reasons(owls, *own) == said


def test_four_reasons_are_enough() -> None:
    assert reasons(*map(choice, "ABCDE")) == ["A", "B", "C", "D"]


@pytest.mark.parametrize(
    ("authors", "shown"),
    [
        ([], ""),
        (["Ada", "Emmy", "Grace"], "Ada, Emmy, Grace"),
        (["Ada", "Emmy", "Grace", "Hedy"], "Ada, Emmy, Grace, Hedy"),
        (["Ada", "Emmy", "Grace", "Hedy", "Rosa"], "Ada, Emmy, Grace and 2 more"),
    ],
)
def test_the_first_three_authors_are_named(authors: list[str], shown: str) -> None:
    assert of_paper(Paper(title="Owls", authors=authors)).shown_authors == shown


def test_of_a_name_as_long_as_a_list_the_beginning_is_read() -> None:
    (name,) = of_paper(Paper(title="Owls", authors=["Ada Byron " * 5_000])).authors
    assert name.startswith("Ada Byron Ada")
    assert 80 < len(name) <= 100


@pytest.mark.parametrize(
    ("url", "pdf"),
    [
        ("https://arxiv.org/abs/2603.00001", "https://arxiv.org/pdf/2603.00001"),
        ("https://arxiv.org/abs/math/0611800", "https://arxiv.org/pdf/math/0611800"),
        ("https://example.org/owls", ""),
        ("", ""),
    ],
)
def test_a_paper_at_arxiv_can_be_had_as_a_pdf(url: str, pdf: str) -> None:
    assert of_paper(Paper(title="Owls", url=url)).pdf == pdf


def test_a_topics_name_is_translated_and_a_readers_own_words_are_not() -> None:
    with translation.override("de"):  # Django's own catalogue has the word
        assert Reason("January").topic == "Januar"
        assert Reason("January", kind=Kind.WORDS).topic == "January"


LATEX = r"na\"{\i}ve ``Owls'' $\times$ 360{\deg}, a<b, <think> and <projektor>"
SHOWN = "naïve “Owls” × 360°, a<b, <think> and <projektor>"  # noqa: RUF001 - what LaTeX stands for


def test_latex_is_shown_as_text_and_stays_stored() -> None:
    paper = Paper(title=LATEX, abstract=f"{LATEX}.", authors=[r"K. G\"odel", "E. B\\'o"])
    told = of_paper(paper)
    assert (told.title, told.abstract) == (SHOWN, f"{SHOWN}.")
    assert told.shown_authors == "K. Gödel, E. Bó"
    assert paper.title == LATEX


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Do Owls Listen?", "Do+Owls+Listen%3F"),
        (r"Na\"{\i}ve \emph{Owls}", "Na%C3%AFve+Owls"),
        ("owls and mice " * 20, "owls+and+mice+" * 6 + "owls+and+mice"),
        ("深" * 300, "%E6%B7%B1" * 33),
    ],
)
def test_a_paper_without_an_address_links_to_a_search_for_its_first_words(
    title: str, query: str
) -> None:
    link = f"https://arxiv.org/search/?query={query}&searchtype=title"
    assert of_paper(Paper(title=title)).link == link
    assert Paper(title=title, url="https://example.org/owls").link == "https://example.org/owls"
