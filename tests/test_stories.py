"""How a paper is shown, and why it says it is there."""

import pytest
from django.utils import translation

from digests.models import Paper
from digests.models.topic import rank
from newsletter.printing.stories import Kind, Match, Reason, chosen, of_paper

PLACE = 1


def match(name: str, kind: str = Kind.CATALOGUE, *because: str) -> Match:
    return Match(rank(kind, PLACE, name), 1, name, kind, because)


def reasons(*matches: Match) -> list[str]:
    told = chosen(of_paper(Paper(title="Owls")), sorted(matches), ())
    return [*map(str, told.reasons)]


def test_a_topic_of_the_catalogue_gives_its_best_words() -> None:
    birds = match("Birds", Kind.CATALOGUE, "owl", "wings", "beak", "feather")
    assert reasons(birds) == ["Birds: owl, wings"]


def test_everything_is_a_reason_only_where_there_is_no_better_one() -> None:
    everything = match("Everything", Kind.EVERYTHING)
    assert reasons(everything) == ["Everything"]
    assert reasons(everything, match("Owls")) == ["Owls"]


def test_a_readers_own_words_speak_for_themselves_the_most_particular_first() -> None:
    ada = match("Ada Byron", Kind.AUTHOR, "Ada Byron")
    words = match("barn owl", Kind.WORDS, "barn owl")
    category = match("cs.CL", Kind.CATEGORY, "cs.CL")
    owls = match("Owls", Kind.CATALOGUE, "wings", "Barn Owl", "beak")
    assert reasons(category, owls, words) == ["barn owl", "Owls: wings, beak", "cs.CL"]
    assert reasons(category, owls, words, ada)[:2] == ["by Ada Byron", "barn owl"]


def test_three_reasons_are_enough() -> None:
    assert reasons(*map(match, "ABCDE")) == ["A", "B", "C"]


def test_a_story_keeps_those_authors_alone_who_are_named() -> None:
    told = of_paper(Paper(title="Owls", authors=["Ada"] * 3_003))
    assert (told.authors, told.more_authors) == (("Ada",) * 3, 3_000)
    assert told.shown_authors == "Ada, Ada, Ada\xa0and\xa03,000\xa0more"


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


def test_code_that_an_abstract_names_is_had_as_on_its_page() -> None:
    abstract = "Code is at https://github.com/ada/barn-owls."
    assert (
        of_paper(Paper(title="Owls", abstract=abstract)).code == "https://github.com/ada/barn-owls"
    )


def test_a_topics_name_is_translated_and_a_readers_own_words_are_not() -> None:
    with translation.override("de"):  # Django's own catalogue has the word
        assert Reason("January").said_name == "Januar"
        assert Reason("January", kind=Kind.WORDS).said_name == "January"


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
