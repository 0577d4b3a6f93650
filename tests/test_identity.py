"""Which records are the same paper. Titles and ids are real, abstracts are ours."""

import pytest

from digests.identity.names import AliasKind, Name
from digests.identity.rules import (
    Record,
    is_about_another,
    may_be_same,
    names_of,
    names_of_all,
    second_signal,
)
from digests.sources.parsed import ParsedPaper

OWLS = (
    "Barn owls locate their prey in complete darkness. We record seventeen animals while small "
    "loudspeakers move behind curtains, and measure how quickly each turns towards the sound."
)
OWLS_REVISED = (
    "Barn owls locate prey in complete darkness. While small loudspeakers move behind curtains we "
    "record nineteen animals and measure how quickly they turn towards each sound, and how often."
)
CLOUDS = (
    "Forecasts of convective rainfall depend on microphysical parameters that nobody can observe. "
    "Ensembles of simulations calibrate them against radar reflectivity over tropical oceans."
)


def record(*names: Name, authors: tuple[str, ...] = (), abstract: str = "") -> Record:
    return Record(frozenset(names), authors, abstract)


def arxiv(value: str) -> Name:
    return Name(AliasKind.ARXIV, value)


def doi(value: str) -> Name:
    return Name(AliasKind.DOI, value)


def url(value: str) -> Name:
    return Name(AliasKind.URL, value)


def title(value: str) -> Name:
    return Name(AliasKind.TITLE, value)


def own(value: str) -> Name:
    return Name(AliasKind.OWN, value)


# The names of a record


def test_the_most_trusted_name_comes_first() -> None:
    paper = ParsedPaper(
        "Testing Owls",
        arxiv_id="2202.12139v1",
        doi="10.1109/ICSTW55395.2022.00035",
        own_id="g1",
        url="https://example.org/7",
    )
    assert names_of(paper, "1") == [
        ("arxiv", "2202.12139"),
        ("doi", "10.1109/icstw55395.2022.00035"),
        ("own", "1/g1"),
        ("url", "example.org/7"),
        ("title", "testingowls"),
    ]


def test_an_identifier_is_not_also_an_address_or_an_own_id() -> None:
    paper = ParsedPaper("0", own_id="2202.12139", url="https://arxiv.org/abs/2202.12139")
    assert names_of(paper, "1") == [("arxiv", "2202.12139"), ("title", "0")]


@pytest.mark.parametrize(
    "paper",
    [
        ParsedPaper("0", arxiv_id="oai:arXiv.org:2202.12139v1"),
        ParsedPaper("0", doi="10.48550/arXiv.2202.12139"),
        ParsedPaper("0", url="https://huggingface.co/papers/2202.12139"),
        ParsedPaper("0", own_id="http://arxiv.org/abs/2202.12139v3"),
        ParsedPaper("0", own_id="2202.12139"),
    ],
)
def test_an_arxiv_id_is_found_wherever_a_source_puts_it(paper: ParsedPaper) -> None:
    assert names_of(paper, "1")[0] == ("arxiv", "2202.12139")


def test_a_sources_own_ids_are_its_own() -> None:
    paper = ParsedPaper("Owls", own_id="7")
    assert names_of(paper, "1")[0] == ("own", "1/7")
    assert names_of(paper, "2")[0] == ("own", "2/7")


def test_an_address_beside_several_titles_names_none_of_them() -> None:
    home = "https://journal.example.org/"
    papers = [ParsedPaper("Owls", url=home), ParsedPaper("Mice", url=home, own_id="7")]
    assert [[name.kind for name in own] for own in names_of_all(papers, "1")] == [
        ["title"],
        ["own", "title"],
    ]


def test_a_doi_of_a_whole_volume_names_none_of_its_papers() -> None:
    papers = [ParsedPaper(title, doi="10.1109/volume") for title in ("Owls", "Mice")]
    assert [[name.kind for name in own] for own in names_of_all(papers, "1")] == [["title"]] * 2


def test_a_page_is_not_the_paper_that_it_only_links_to() -> None:
    url = "https://arxiv.org/abs/2202.12139"
    assert is_about_another(ParsedPaper("My Week in Owls", url=url, own_id="post-7"))
    assert not is_about_another(ParsedPaper("Owls", url=url, own_id="oai:arXiv.org:2202.12139v1"))
    assert not is_about_another(ParsedPaper("Owls", url="https://example.org/7"))


def test_an_address_twice_beside_one_title_is_a_name() -> None:
    papers = [ParsedPaper("Owls", url="https://example.org/7")] * 2
    assert all(("url", "example.org/7") in own for own in names_of_all(papers, "1"))


# What speaks for and against


@pytest.mark.parametrize("by", AliasKind)
def test_two_arxiv_ids_are_two_papers_whatever_else_agrees(by: AliasKind) -> None:
    one, other = (
        record(arxiv(number), authors=("Ada Lovelace",), abstract=OWLS)
        for number in ("2410.09342", "2410.09343")
    )
    assert not may_be_same(by, one, other)


@pytest.mark.parametrize("by", [AliasKind.ARXIV, AliasKind.DOI])
def test_an_identifier_outweighs_all_words(by: AliasKind) -> None:
    one = record(authors=("Ada Lovelace",), abstract=OWLS)
    assert may_be_same(by, one, record(authors=("Emmy Noether",), abstract=CLOUDS))


def test_a_revised_abstract_is_the_same_and_another_one_is_not() -> None:
    assert second_signal(record(abstract=OWLS), record(abstract=OWLS_REVISED)) is True
    assert second_signal(record(abstract=OWLS), record(abstract=OWLS[:130])) is True
    assert second_signal(record(abstract=OWLS), record(abstract=CLOUDS)) is False


def test_authors_speak_where_abstracts_are_missing() -> None:
    ada = record(authors=("Lovelace, Ada", "Gödel, K."))
    assert second_signal(ada, record(authors=("K. Godel",))) is True
    assert second_signal(ada, record(authors=("Emmy Noether", "K. Ada Curie"))) is True
    assert second_signal(ada, record(authors=("Emmy Noether", "K. Curie"))) is False
    assert second_signal(ada, record(abstract=OWLS)) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (record(), record(), True),
        (record(abstract=OWLS), record(arxiv("2410.09342"), abstract=OWLS_REVISED), True),
        (record(abstract=OWLS), record(arxiv("2410.09342"), abstract=CLOUDS), False),
        (record(arxiv("2410.09342")), record(doi("10.1109/x")), False),
        (record(arxiv("2410.09342"), abstract=OWLS), record(doi("10.1109/x"), abstract=OWLS), True),
        (record(doi("10.1109/x"), abstract=OWLS), record(doi("10.1/y"), abstract=OWLS), True),
        (record(own("1/a")), record(own("1/b")), False),
        (record(own("1/a"), abstract=OWLS), record(own("1/b"), abstract=OWLS), True),
        (record(own("1/a")), record(arxiv("2410.09342")), True),
        (record(url("example.org/1")), record(url("example.org/2")), False),
        (record(url("example.org/1")), record(url("example.net/2")), True),
        (record(url("a.org/1"), abstract=OWLS), record(url("a.org/2"), abstract=OWLS), True),
    ],
)
def test_equal_titles_are_one_paper_unless_something_speaks_against_it(
    one: Record, other: Record, *, same: bool
) -> None:
    assert may_be_same(AliasKind.TITLE, one, other) is same
    assert may_be_same(AliasKind.TITLE, other, one) is same


@pytest.mark.parametrize("by", [AliasKind.OWN, AliasKind.URL])
def test_an_address_that_was_given_to_another_paper_does_not_make_them_one(by: AliasKind) -> None:
    assert may_be_same(by, record(abstract=OWLS), record())
    assert not may_be_same(by, record(abstract=OWLS), record(abstract=CLOUDS))
    assert not may_be_same(by, record(doi("10.1109/x")), record(doi("10.1109/y")))


@pytest.mark.parametrize("by", [AliasKind.OWN, AliasKind.URL])
def test_equal_words_outweigh_two_dois(by: AliasKind) -> None:
    preprint, printed = (record(doi(value), abstract=OWLS) for value in ("10.1109/x", "10.1109/y"))
    assert may_be_same(by, preprint, printed)


def test_a_new_title_at_an_old_address_is_another_paper_unless_its_words_say_otherwise() -> None:
    assert not may_be_same(AliasKind.URL, record(title("owls")), record(title("mice")))
    assert may_be_same(AliasKind.OWN, record(title("owls")), record(title("mice")))
    one, other = (record(title(value), abstract=OWLS) for value in ("owls", "mice"))
    assert may_be_same(AliasKind.URL, one, other)


def test_a_doi_beside_another_title_and_other_words_is_no_proof() -> None:
    one = record(title("owls"), abstract=OWLS)
    assert not may_be_same(AliasKind.DOI, one, record(title("rain"), abstract=CLOUDS))
    assert may_be_same(AliasKind.DOI, one, record(title("owls"), abstract=CLOUDS))
    assert may_be_same(AliasKind.DOI, one, record(title("rain"), abstract=OWLS_REVISED))
