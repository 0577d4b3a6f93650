import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.sources.arxiv_feed import looks_like, parse
from digests.sources.parsed import DigestError, ParsedDigest, ParsedPaper, SourceError

SPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def daily(*entries: str, updated: str = "2025-08-22T04:00:19+00:00") -> bytes:
    head = f"<id>http://rss.arxiv.org/atom/cs.AI</id><updated>{updated}</updated>"
    return f"<feed {SPACES}>{head}{''.join(entries)}</feed>".encode()


def announced(kind: str = "new", more: str = "", day: str = "2025-08-20") -> str:
    return f"""<entry><id>oai:arXiv.org:2508.13426v1</id><title>Owls if $a&lt;b$</title>
        <link href="https://arxiv.org/abs/2508.13426" rel="alternate"/>
        <summary>arXiv:2508.13426v1 Announce Type: {kind} \nAbstract: Owls &lt;b> hoot.</summary>
        <category term="cs.CL"/><category term="cs.AI"/>
        <published>{day}T00:00:00-04:00</published>
        <arxiv:announce_type>{kind}</arxiv:announce_type>{more}</entry>"""


RSS = b"""<rss xmlns:arxiv="http://arxiv.org/schemas/atom"
    xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
    <title>cs.AI updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.AI</link>
    <lastBuildDate>Thu, 21 Aug 2025 04:00:19 +0000</lastBuildDate>
    <pubDate>Wed, 20 Aug 2025 00:00:00 -0400</pubDate><skipDays><day>Sunday</day></skipDays>
    <item><title>Owls &amp; a&lt;b</title><link>https://arxiv.org/abs/2508.13426</link>
    <description>arXiv:2508.13426v1 Announce Type: cross \nAbstract: Hoot.</description>
    <guid isPermaLink="false">oai:arXiv.org:2508.13426v1</guid>
    <category>cs.CL</category><category>cs.AI</category>
    <pubDate>Wed, 20 Aug 2025 00:00:00 -0400</pubDate>
    <arxiv:announce_type>cross</arxiv:announce_type><arxiv:DOI>10.1000/Owl</arxiv:DOI>
    <dc:creator>Ada Kauz, Ben Uhu (Nest, Owl University (Rome)), C. Eule, Jr.</dc:creator>
    </item></channel></rss>"""


def answer(title: str, entries: str = "") -> bytes:
    head = f"<id>https://arxiv.org/api/x</id><title>{title}</title>"
    return f"<feed {SPACES}>{head}<updated>2026-04-12T22:09:25Z</updated>{entries}</feed>".encode()


FOUND = """<entry><id>http://arxiv.org/abs/hep-th/9901001v2</id><title>0</title>
    <link href="http://arxiv.org/abs/hep-th/9901001v2" rel="alternate"/>
    <link href="http://arxiv.org/pdf/hep-th/9901001v2" rel="related"/>
    <summary>Owls.</summary><category term="68T07"/><category term="cs.AI"/>
    <category term="hep-th"/><arxiv:primary_category term="hep-th"/><arxiv:doi>10.1/x</arxiv:doi>
    <published>1999-01-04T23:59:00Z</published>
    <author><name>Ada Kauz</name></author><author><name>Ben Uhu</name></author></entry>"""
ERROR = """<entry><id>https://arxiv.org/api/errors#bad</id><title>Error</title>
    <summary>incorrect id format for owl</summary></entry>"""


def only(digest: ParsedDigest) -> ParsedPaper:
    (paper,) = digest.papers
    return paper


def test_an_announced_paper_is_read() -> None:
    creator = "<dc:creator>Ada Kauz, Ben Uhu</dc:creator>"
    assert only(parse(daily(announced(more=creator)))) == ParsedPaper(
        title="Owls if $a<b$",
        abstract="Owls <b> hoot.",
        line=1,
        authors=("Ada Kauz", "Ben Uhu"),
        arxiv_id="2508.13426v1",
        url="https://arxiv.org/abs/2508.13426",
        categories=("cs.CL", "cs.AI"),
    )


def test_the_rss_feed_says_the_same() -> None:
    paper = only(parse(RSS))
    assert (paper.title, paper.abstract) == ("Owls & a<b", "Hoot.")
    assert (paper.arxiv_id, paper.doi) == ("2508.13426v1", "10.1000/Owl")
    assert paper.authors == ("Ada Kauz", "Ben Uhu", "C. Eule, Jr.")
    assert paper.is_cross_list
    assert parse(RSS).date == dt.date(2025, 8, 20)
    assert parse(RSS).built_at == dt.datetime(2025, 8, 21, 4, 0, 19, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "is_cross_list"),
    [("new", [False]), ("cross", [True]), ("replace", []), ("replace-cross", []), ("absonly", [])],
)
def test_only_new_papers_are_papers(kind: str, is_cross_list: list[bool]) -> None:
    papers = parse(daily(announced(kind))).papers
    assert [paper.is_cross_list for paper in papers] == is_cross_list


def test_a_replacement_is_told_by_its_text_alone() -> None:
    entry = announced("replace").replace("<arxiv:announce_type>replace</arxiv:announce_type>", "")
    assert parse(daily(entry)).papers == ()


def test_a_stale_feed_shows_its_old_day_however_freshly_it_is_built() -> None:
    digest = parse(daily(announced(day="2025-08-19"), announced("replace", day="2025-08-20")))
    assert digest.date == dt.date(2025, 8, 20)
    assert digest.built_at == dt.datetime(2025, 8, 22, 4, 0, 19, tzinfo=dt.UTC)


def test_a_feed_on_a_sunday_is_empty_and_has_its_own_date() -> None:
    digest = parse(daily())
    assert (digest.papers, digest.date) == ((), dt.date(2025, 8, 22))


def test_an_answer_is_of_no_day_but_its_papers_have_theirs() -> None:
    digest = parse(answer("arXiv Query: owls", FOUND))
    paper = only(digest)
    assert digest.date is None
    assert (paper.title, paper.arxiv_id) == ("0", "hep-th/9901001v2")
    assert paper.url == "https://arxiv.org/abs/hep-th/9901001v2"
    assert paper.published_on == dt.date(1999, 1, 4)
    assert paper.categories == ("hep-th", "cs.AI")
    assert (paper.authors, paper.doi) == (("Ada Kauz", "Ben Uhu"), "10.1/x")


def test_an_answer_may_be_empty() -> None:
    assert parse(answer("arXiv Query: owls")).papers == ()
    assert parse(answer("arXiv Query: owls")).date is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (answer("arXiv Search Results", ERROR), "incorrect id format for owl"),
        (answer("Feed error for query: owl~"), "Feed error for query: owl~"),
    ],
)
def test_arxivs_errors_are_told_in_its_own_words(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        parse(data)


def test_a_feed_without_arxivs_ids_is_refused() -> None:
    with pytest.raises(DigestError, match="no entry of the feed has an arXiv id"):
        parse(b"<rss><channel><item><title>Owls</title></item></channel></rss>")


@pytest.mark.parametrize("data", [RSS, daily(), answer("arXiv Query: owls")])
def test_its_feeds_are_told_from_others(data: bytes) -> None:
    assert looks_like(data)
    others = data.replace(b"arxiv.org", b"example.org")
    assert not looks_like(others)
    assert not looks_like(b"Owls, see " + data)


@pytest.mark.parametrize("names", ["(" * 40_000, "((a)" * 9_000, "II," * 9_000, ", ," * 9_000])
def test_strange_authors_take_no_time(names: str) -> None:
    entry = announced(more=f"<dc:creator>{names}</dc:creator>" * 50)
    assert only(parse(daily(entry))).title


@given(st.integers(0, len(RSS)), st.integers(0, len(RSS)), st.binary(max_size=5))
def test_a_damaged_feed_is_read_or_refused(start: int, end: int, scrap: bytes) -> None:
    try:
        digest = parse(RSS[:start] + scrap + RSS[end:])
    except DigestError:
        return
    assert all(paper.title and paper.arxiv_id for paper in digest.papers)
