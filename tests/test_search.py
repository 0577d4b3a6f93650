"""Papers by words that somebody types, in the database."""

import datetime as dt
from typing import Any

import factories as make
import pytest
from django.db import connection

from digests.identity.corrections import correct, withdraw
from digests.identity.merge import merge
from digests.identity.names import AliasKind, Name
from digests.matching.rematch import match_anew
from digests.models import Paper, Topic
from digests.search.alike import alike
from digests.search.answers import answer, bearer, named

pytestmark = pytest.mark.django_db


def said(title: str = "A Paper", abstract: str = "", **fields: Any) -> Paper:
    """Make a paper whose words can be searched."""
    made = make.paper(title=title, abstract=abstract, **fields)
    match_anew([made])
    return made


def found(typed: str) -> list[int]:
    return [*answer(typed, 1).found.papers]


@pytest.mark.parametrize(
    "typed",
    [
        "owls",
        "OWL hunting",
        "hunts owl",
        '"barn owls"',
        "schrodinger",
        "Schrödinger",
        "pretraining",
        "pre-training",
        "pre training",
        "ada lovelace",
        "Lovelace owls",
        "zebra or owls",
        "owls -zebra",
        "owl hunt",
        "lovel",
    ],
)
def test_a_paper_is_found_by_what_it_says(typed: str) -> None:
    paper = said(
        r"Barn Owls in Schr\"odinger's Box", "Pre-training of hunting.", authors=["Ada Lovelace"]
    )
    said("Of Zebras", "Nothing that flies.")
    assert paper.pk in found(typed)


@pytest.mark.parametrize(
    "typed", ["zebra", '"owls barn"', "owls -barn", "-owls", "the", "", "owl zebra", "$$$"]
)
def test_a_paper_is_not_found_by_what_it_does_not_say(typed: str) -> None:
    said("Barn Owls", "They are hunting in the dark.")
    assert found(typed) == []


def test_a_word_in_one_piece_is_found_where_it_was_parted_and_the_other_way_round() -> None:
    parted, joined = said("Multi-Agent Games"), said("Multiagent Games")
    for typed in ("multiagent", "multi-agent", "multi agent"):
        assert {*found(typed)} == {parted.pk, joined.pk}


def test_a_title_weighs_more_than_an_abstract_and_of_equals_the_newer_comes_first() -> None:
    old = said("Owls", first_listed_on=dt.date(2026, 3, 1))
    abstract = said("Birds", "Owls, owls, owls and other owls.")
    new = said("Owls", first_listed_on=dt.date(2026, 3, 2))
    assert found("owls") == [new.pk, old.pk, abstract.pk]


def test_the_paper_whose_title_was_typed_comes_first() -> None:
    wanted = said("What Is It", "Nothing of note.")
    for _ in range(3):
        said("It is what it is", "What is it? What is it?")
    assert found("what is it")[0] == wanted.pk


def test_pages_of_one_search_hold_each_paper_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digests.search.answers.PAGE", 2)
    papers = {said(f"Owls {number}").pk for number in range(5)}
    pages = [answer("owls", page) for page in (1, 2, 3)]
    assert [page.found.total for page in pages] == [5, 5, 5]
    assert sorted(it for page in pages for it in page.found.papers) == sorted(papers)


def test_a_last_word_may_be_unfinished_where_nothing_else_matches() -> None:
    paper = said("Graph Transformers")
    assert answer("graph transf", 1).is_begun
    assert found("graph transf") == [paper.pk]


def test_a_misspelt_word_is_understood() -> None:
    papers = {said(f"Gaussian Splatting {number}").pk for number in range(3)}
    given = answer("gausian splating", 1)
    assert given.meant == "gaussian splatting"
    assert {*given.found.papers} == papers


def test_who_finds_something_is_not_corrected() -> None:
    said("Gausian Noise")
    for number in range(3):
        said(f"Gaussian Noise {number}")
    assert answer("gausian", 1).meant == ""


def test_withdrawn_and_merged_papers_are_not_found() -> None:
    kept, gone, withdrawn = said("Barn Owls"), said("Barn Owls Again"), said("Bad Owls")
    merge(gone, into=kept)
    withdraw(withdrawn, make.NOW)
    assert answer("owls", 1).found == (1, (kept.pk,))
    assert found("Bad Owls") == []


def test_a_correction_is_found_at_once() -> None:
    paper = said("Bran Owls")
    paper.title = "Barn Owls"
    correct(paper, ["title"])
    assert found("barn") == [paper.pk]
    assert found("bran") == []


def test_words_without_end_can_be_stored() -> None:
    paper = said("Owls", "\U00020000 " * 10_000, authors=[f"{n:x} {n * 7:x}" for n in range(5_000)])
    assert found("owls") == [paper.pk]


@pytest.mark.parametrize("typed", ["'", "a' | 'b", ":*", "owls:*", "\\", "%s", "&& !", "(((", "!!"])
def test_marks_of_the_database_mean_nothing(typed: str) -> None:
    said("Barn Owls")
    assert found(typed) in ([], [Paper.objects.get().pk])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2403.01234", Name(AliasKind.ARXIV, "2403.01234")),
        (" arXiv:2403.01234v2 ", Name(AliasKind.ARXIV, "2403.01234")),
        ("https://arxiv.org/pdf/2403.01234", Name(AliasKind.ARXIV, "2403.01234")),
        ("https://huggingface.co/papers/2403.01234", Name(AliasKind.ARXIV, "2403.01234")),
        ("doi:10.1000/XYZ", Name(AliasKind.DOI, "10.1000/xyz")),
        ("owls", None),
    ],
)
def test_ids_are_known(typed: str, expected: Name | None) -> None:
    assert named(typed) == expected


def test_an_id_leads_to_its_paper() -> None:
    paper = make.paper(arxiv="2403.01234")
    assert bearer(Name(AliasKind.ARXIV, "2403.01234")) == paper
    assert bearer(Name(AliasKind.ARXIV, "2403.99999")) is None


def test_papers_that_share_particular_words_are_alike() -> None:
    owl = said("Barn Owls", "Nocturnal hunting of voles by echolocation.")
    near = said("Voles at Night", "Echolocation and nocturnal life.")
    said("Zebras", "They are striped, and graze.")
    assert alike(owl.pk, 5) == [near.pk]


def test_papers_of_a_topic_are_alike_by_words_that_are_not_rare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("digests.search.alike.FEW", 1)
    papers = [said(f"Barn Owls {number}") for number in range(3)]
    assert alike(papers[0].pk, 5) == []
    for paper in papers[:2]:
        make.paper_topic(paper=paper, topic=Topic.objects.get(key="video"))
    own = make.own_topic("owls")
    for paper in papers[::2]:
        make.paper_topic(paper=paper, topic=own)
    assert alike(papers[0].pk, 5) == [papers[1].pk]


def test_two_words_of_many_make_no_paper_alike() -> None:
    owl = said("Barn Owls", "Nocturnal hunting of voles by echolocation in moonless nights.")
    near = said("Owls in Barns", "Nocturnal echolocation and hunting.")
    said("Zebras", "They graze, and voles fear moonless skies.")
    said("Mice", "They fear moonless skies as voles do.")
    assert alike(owl.pk, 5) == [near.pk]


def test_a_word_in_both_titles_weighs_more_than_one_in_abstracts() -> None:
    owl = said("Echolocation of Owls", "Nocturnal hunting of voles.")
    abstract = said("Bats", "Echolocation and owls, nocturnal voles.")
    title = said("Owls and Echolocation", "Nocturnal voles.")
    assert alike(owl.pk, 5) == [title.pk, abstract.pk]


def test_what_every_paper_says_makes_none_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digests.search.alike.ALWAYS_RARE", 2)
    papers = [said(f"Method {number}", "We propose a novel method.") for number in range(4)]
    assert alike(papers[0].pk, 5) == []


def test_no_paper_is_like_one_without_words() -> None:
    assert alike(make.paper().pk, 5) == []


def test_withdrawn_papers_are_nobodys_like() -> None:
    one, other = (said(f"Barn Owls {n}", "Nocturnal hunting of voles.") for n in range(2))
    withdraw(other, make.NOW)
    assert alike(one.pk, 5) == []


def test_the_database_finds_words_by_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT paper_id FROM digests_wording"
            " WHERE search @@ phraseto_tsquery('english', 'barn owls')"
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "wording_search" in plan
