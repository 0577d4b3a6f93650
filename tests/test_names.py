import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.identity import names
from digests.identity.names import AliasKind, Name
from digests.text import title_key


@pytest.mark.parametrize(
    "spelling",
    [
        "2202.12139",
        "2202.12139v1",
        " arXiv:2202.12139v12 ",
        "arxiv: 2202.12139",
        "oai:arXiv.org:2202.12139v1",
        "10.48550/arXiv.2202.12139",
        "https://doi.org/10.48550/arXiv.2202.12139",
    ],
)
def test_every_spelling_of_an_arxiv_id_is_the_same(spelling: str) -> None:
    assert names.arxiv_id(spelling) == "2202.12139"


@pytest.mark.parametrize(
    ("spelling", "known_as"),
    [
        ("hep-th/9901001v1", "hep-th/9901001"),
        ("math.CA/0611800v2", "math/0611800"),
        ("astro-ph/0601001", "astro-ph/0601001"),
        ("cond-mat.str-el/0703001", "cond-mat/0703001"),
        ("0704.0001", "0704.0001"),
        ("1412.9999", "1412.9999"),
        ("1501.00001", "1501.00001"),
    ],
)
def test_ids_of_every_age_are_known(spelling: str, known_as: str) -> None:
    assert names.arxiv_id(spelling) == known_as


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0000.0000",  # no such month
        "2213.12139",  # nor that
        "1501.0001",  # five digits since 2015
        "1412.00001",  # four before
        "math/0613800",
        "2202.12139v",
        "v2202.12139",
        "10.1109/ICSTW55395.2022.00035",
        "2202.12139 and more",
        "2202.12139" * 100,
    ],
)
def test_what_only_resembles_an_arxiv_id_is_none(text: str) -> None:
    assert names.arxiv_id(text) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2202.12139",
        "http://arxiv.org/abs/2202.12139v1",
        "https://www.arxiv.org/pdf/2202.12139v3.pdf",
        "https://export.arxiv.org/pdf/2202.12139",
        "https://arxiv.org/html/2202.12139v1#S3",
        "https://ar5iv.labs.arxiv.org/html/2202.12139",
        "https://ar5iv.org/abs/2202.12139",
        "https://huggingface.co/papers/2202.12139?utm_source=mail",
        "https://www.alphaxiv.org/abs/2202.12139v2",
        "https://www.semanticscholar.org/arxiv/2202.12139",
        "https://doi.org/10.48550/arXiv.2202.12139",
        "HTTPS://ARXIV.ORG/ABS/2202.12139/",
    ],
)
def test_a_paper_is_known_by_its_pages_wherever_they_are(url: str) -> None:
    assert names.arxiv_id_in(url) == "2202.12139"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/abs/2202.12139",
        "https://notarxiv.org/abs/2202.12139",
        "https://arxiv.org/list/cs.AI/2202",
        "https://arxiv.org/abs/2202.12139/comments",
        "https://huggingface.co/papers/date/2026-03-16",
        "https://[::1/abs/2202.12139",
        "ftp://arxiv.org/abs/2202.12139",
    ],
)
def test_other_pages_name_no_arxiv_paper(url: str) -> None:
    assert names.arxiv_id_in(url) == ""


def test_a_page_of_an_old_paper_is_known_too() -> None:
    assert names.arxiv_id_in("https://arxiv.org/abs/math.CA/0611800v2") == "math/0611800"


@pytest.mark.parametrize(
    "spelling",
    [
        "10.1109/ICSTW55395.2022.00035",
        "doi:10.1109/icstw55395.2022.00035",
        "DOI: 10.1109/icstw55395.2022.00035.",
        "https://doi.org/10.1109/ICSTW55395.2022.00035",
        "http://dx.doi.org/10.1109%2FICSTW55395.2022.00035",
    ],
)
def test_every_spelling_of_a_doi_is_the_same(spelling: str) -> None:
    assert names.doi(spelling) == "10.1109/icstw55395.2022.00035"


@pytest.mark.parametrize(
    "text", ["", "10.1109", "11.1109/x", "10.48550/arXiv.2202.12139", "10.1000/a%00b", "x" * 999]
)
def test_what_is_no_doi_of_its_own_is_none(text: str) -> None:
    assert names.doi(text) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/papers/7?b=2&a=1",
        "http://www.example.org/papers/7/?a=1&b=2#abstract",
        "https://EXAMPLE.org:443/papers/7?a=1&b=2&utm_source=feed&utm_medium=rss",
    ],
)
def test_links_to_one_page_have_one_address(url: str) -> None:
    assert names.address(url) == "example.org/papers/7?a=1&b=2"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/7", "https://example.org/8"),
        ("https://example.org/p?id=7", "https://example.org/p?id=8"),
        ("https://example.org/Aa", "https://example.org/AA"),
        ("https://example.org:8443/7", "https://example.org/7"),
    ],
)
def test_links_to_two_pages_have_two_addresses(one: str, other: str) -> None:
    assert names.address(one) != names.address(other)


@pytest.mark.parametrize("url", ["", "mailto:ada@example.org", "/papers/7", "https://", "//x:y"])
def test_what_is_no_web_address_names_nothing(url: str) -> None:
    assert names.address(url) == ""


def test_a_doi_is_short_enough_for_a_link_to_be_stored() -> None:
    assert names.doi("10.1000/" + "文" * 50)
    assert names.doi("10.1000/" + "文" * 150) == ""


def test_a_paper_is_read_at_arxiv_or_at_home_or_where_its_doi_leads() -> None:
    arxiv, doi = Name(AliasKind.ARXIV, "math/0611800"), Name(AliasKind.DOI, "10.1109/a<b")
    home = "https://example.org/7"
    assert names.page({arxiv, doi}, home) == "https://arxiv.org/abs/math/0611800"
    assert names.page({doi}, home) == home
    assert names.page({doi}) == "https://doi.org/10.1109/a%3Cb"
    assert names.page(set()) == ""


def test_a_name_too_long_for_an_index_is_known_by_its_hash() -> None:
    one, other = (Name.of(AliasKind.TITLE, "owl" * 1000 + end) for end in "ab")
    assert len(one.value) < names.LONGEST_NAME
    assert one != other


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    for read in (names.arxiv_id, names.arxiv_id_in, names.doi, names.address, title_key):
        assert isinstance(read(text), str)
    assert names.address(f"https://{text}") == names.address(f"http://{text}") or ":" in text
