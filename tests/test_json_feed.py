import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.json_feed import MAX_FEED_BYTES, MAX_ITEMS, looks_like, parse
from digests.sources.parsed import DigestError, ParsedPaper

VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {
    "id": "owl-7",
    "title": "Owls & a<b",
    "url": "https://example.org/owls",
    "summary": "We follow <think> owls.",
    "content_html": "<p>All of it.</p>",
    "date_published": "2025-08-20T23:00:00-04:00",
    "authors": ["nobody", {"name": "Ada Kauz"}, {"name": []}],
}


def feed(*items: Any, **more: Any) -> bytes:
    return json.dumps({"version": VERSION, "items": items, **more}).encode()


def paper(item: dict[str, Any], **more: Any) -> ParsedPaper:
    (only,) = parse(feed({"title": "Owls", "summary": "Hoot."} | item, **more)).papers
    return only


def refusal(data: bytes) -> DigestError:
    with pytest.raises(DigestError) as caught:
        parse(data)
    return caught.value


def test_an_item_is_a_paper() -> None:
    assert parse(feed(ITEM)).papers == (
        ParsedPaper(
            title="Owls & a<b",
            abstract="We follow <think> owls.",
            authors=("Ada Kauz",),
            own_id="owl-7",
            url="https://example.org/owls",
            published_on=dt.date(2025, 8, 20),
        ),
    )


@pytest.mark.parametrize("name", ["title", "summary", "url", "authors", "date_published", "id"])
@pytest.mark.parametrize("value", [1.5, True, None, [], {}, [[1]], {"name": {}}])
def test_a_value_of_a_wrong_type_is_as_if_missing(name: str, value: Any) -> None:
    rest = {key: kept for key, kept in ITEM.items() if key != name}
    other = {"title": "Tides", "summary": "Ebb."}
    assert parse(feed(rest | {name: value}, other)) == parse(feed(rest, other))


@pytest.mark.parametrize(
    ("item", "abstract"),
    [
        ({"summary": "", "content_text": "a<b"}, "a<b"),
        ({"summary": 7, "content_html": "<p>a &lt; b</p>"}, "a < b"),
        ({"summary": "a\0b"}, "ab"),
    ],
)
def test_the_abstract_is_the_first_text_there_is(item: dict[str, Any], abstract: str) -> None:
    assert paper(item).abstract == abstract


def test_ids_may_be_numbers() -> None:
    assert paper({"id": 7}).own_id == "7"
    assert paper({"id": 10**30}).own_id == str(10**30)


def test_relative_links_are_relative_to_the_home_page() -> None:
    home = "https://example.org/feed/"
    assert paper({"url": "owls"}, home_page_url=home).url == "https://example.org/feed/owls"
    assert paper({"url": "owls"}, home_page_url=3, feed_url=home).url == f"{home}owls"
    assert paper({"url": "owls"}).url == ""


def test_identifiers_come_from_the_links() -> None:
    assert paper({"url": "https://arxiv.org/abs/2508.13426v1"}).arxiv_id == "2508.13426"
    link = "https://doi.org/10.1038/owl"
    assert paper({"url": "https://example.org", "external_url": link}).doi == link


def test_the_feeds_authors_are_inherited_in_both_versions() -> None:
    assert paper({}, authors=[{"name": "Ada"}]).authors == ("Ada",)
    assert paper({}, author={"name": "Ada"}).authors == ("Ada",)
    assert paper({"author": {"name": "Ben"}}, author={"name": "Ada"}).authors == ("Ben",)


def test_a_feed_may_be_empty_but_not_of_nothing_but_stumps() -> None:
    assert parse(feed()).papers == ()
    assert refusal(feed({"title": "Alone"}, "stray")).path == "$.items"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "JSON"),
        (b"[]", "a list where an object is due"),
        (b"{}", "no 'version'"),
        (b'{"version": "2", "items": []}', "no version of JSON Feed"),
        (f'{{"version": "{VERSION}", "items": {{}}}}'.encode(), "where a list is due"),
        (b'{"version": NaN}', "not JSON"),
        (b'{"a": ' + b"[" * 200_000, "nested too deeply"),
        (feed()[:-1], "JSON"),
        (feed().decode().encode("utf-16"), "JSON"),
        (feed(*[{}] * (MAX_ITEMS + 1)), "more than 10,000 items"),
        (b" " * (MAX_FEED_BYTES + 1), "5,000,001 bytes"),
    ],
)
def test_what_is_no_json_feed_is_refused(data: bytes, reason: str) -> None:
    assert reason in refusal(data).reason


@pytest.mark.parametrize("junk", [b"1" * 5_000, b"[" * 200 + b"]" * 200, b"1e999", b'"\\ud800"'])
def test_strange_values_do_no_harm(junk: bytes) -> None:
    data = feed(ITEM | {"id": 0}).replace(b'"id": 0', b'"id": ' + junk)
    assert parse(data).papers[0].title == ITEM["title"]


def test_a_json_feed_is_told_by_its_version_wherever_that_stands() -> None:
    assert looks_like(feed())
    assert looks_like(b'\xef\xbb\xbf {"a": 1, "version": "https:\\/\\/jsonfeed.org\\/version\\/1"}')
    assert not looks_like(b'{"title": "About \\"version\\": \\"https://jsonfeed.org/version/1\\""}')
    assert not looks_like(b'[{"version": "https://jsonfeed.org/version/1"}]')


DATA = feed(ITEM, ITEM)


@given(st.integers(0, len(DATA)), st.integers(0, len(DATA)), st.binary(max_size=5))
def test_a_damaged_feed_is_read_or_refused(start: int, end: int, scrap: bytes) -> None:
    try:
        digest = parse(DATA[:start] + scrap + DATA[end:])
    except DigestError:
        return
    assert all(found.title for found in digest.papers)
