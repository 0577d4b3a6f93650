import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.feed import parse
from digests.sources.parsed import DigestError, ParsedPaper

ITEM = """<item><title>Owls &amp;amp; &lt;i&gt;Tides&lt;/i&gt;</title>
    <link>https://example.org/owls</link><guid isPermaLink="false">owl-7</guid>
    <description>&lt;p&gt;We follow &lt;b&gt;owls&lt;/b&gt;.&lt;/p&gt;</description>
    <author>kauz@example.org (Ada Kauz)</author>
    <pubDate>Wed, 20 Aug 2025 23:00:00 -0400</pubDate></item>"""


def rss(items: str, head: str = "") -> bytes:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    return f"<rss {spaces}><channel>{head}{items}</channel></rss>".encode()


def paper(inside: str, head: str = "") -> ParsedPaper:
    (only,) = parse(rss(f"<item><title>Owls</title>{inside}</item>", head)).papers
    return only


def test_an_item_is_a_paper_in_plain_text() -> None:
    assert parse(rss(ITEM)).papers == (
        ParsedPaper(
            title="Owls & Tides",
            abstract="We follow owls.",
            line=1,
            authors=("Ada Kauz",),
            own_id="owl-7",
            url="https://example.org/owls",
            published_on=dt.date(2025, 8, 20),
        ),
    )


def test_a_feed_is_of_no_day_but_knows_when_it_was_built() -> None:
    digest = parse(rss(ITEM, "<lastBuildDate>Thu, 21 Aug 2025 04:00:00 GMT</lastBuildDate>"))
    assert digest.date is None
    assert digest.built_at == dt.datetime(2025, 8, 21, 4, tzinfo=dt.UTC)


def test_an_atom_entry_inherits_the_authors_of_its_feed() -> None:
    entry = "<entry><id>urn:1</id><title>Owls</title><summary>Hoot.</summary></entry>"
    author = "<author><name>Ada Kauz</name></author>"
    data = f'<feed xmlns="http://www.w3.org/2005/Atom">{author}{entry}</feed>'.encode()
    assert parse(data).papers[0].authors == ("Ada Kauz",)


@pytest.mark.parametrize(
    ("texts", "abstract"),
    [
        ("<description>Short.</description><content:encoded>Longer.</content:encoded>", "Short."),
        ("<description/><content:encoded>&lt;p&gt;All.</content:encoded>", "All."),
        ("<description>&lt;br&gt;</description><content:encoded>All.</content:encoded>", "All."),
        ("<description>if a&lt;b &amp;lt;think&amp;gt;</description>", "if a<b <think>"),
    ],
)
def test_the_abstract_is_the_summary_unless_that_is_empty(texts: str, abstract: str) -> None:
    assert paper(texts).abstract == abstract


@pytest.mark.parametrize(
    ("link", "head", "url"),
    [
        ("/owls", "<link>https://example.org/feed/</link>", "https://example.org/owls"),
        ("owls", "<link>https://example.org/feed/</link>", "https://example.org/feed/owls"),
        ("owls", "<link>feed.html</link>", ""),
        ("javascript:alert(1)", "<link>https://example.org</link>", ""),
        ("https://", "", ""),
        ("http://[", "", ""),
    ],
)
def test_a_url_is_absolute_or_not_there(link: str, head: str, url: str) -> None:
    assert paper(f"<description>Hoot.</description><link>{link}</link>", head).url == url


@pytest.mark.parametrize(
    "inside",
    [
        "<prism:doi>10.1038/owl</prism:doi><link>https://example.org</link>",
        "<dc:identifier>doi:10.1038/owl</dc:identifier><link>https://example.org</link>",
        "<dc:identifier>isbn:7</dc:identifier><link>https://doi.org/10.1038/owl</link>",
    ],
)
def test_a_doi_comes_from_its_field_or_a_link(inside: str) -> None:
    assert paper(inside).doi.endswith("10.1038/owl")


def test_a_link_to_arxiv_gives_the_id() -> None:
    assert paper("<link>https://arxiv.org/pdf/2508.13426v2</link>").arxiv_id == "2508.13426"


def test_a_guid_is_the_url_where_there_is_no_other() -> None:
    assert paper("<guid>https://example.org/owls</guid>").url == "https://example.org/owls"
    assert paper("<guid>http://[</guid><description>Hoot.</description>").url == ""


def test_entries_without_title_or_text_or_link_are_passed_over() -> None:
    items = "<item><title>Alone</title></item><item><link>https://example.org</link></item>"
    assert [found.own_id for found in parse(rss(items + ITEM)).papers] == ["owl-7"]
    with pytest.raises(DigestError, match="line 1: no entry of the feed has a title"):
        parse(rss(items))


def test_a_feed_may_be_empty() -> None:
    assert parse(rss("")).papers == ()


DATA = rss(ITEM)


@given(st.integers(0, len(DATA)), st.integers(0, len(DATA)), st.binary(max_size=5))
def test_a_damaged_feed_is_read_or_refused(start: int, end: int, scrap: bytes) -> None:
    try:
        digest = parse(DATA[:start] + scrap + DATA[end:])
    except DigestError:
        return
    assert all(found.title for found in digest.papers)
