"""The pages of papers that anybody may see."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from config import limits
from digests.identity.corrections import withdraw
from digests.identity.merge import merge
from digests.matching.rematch import match_anew
from digests.models import Paper, Source, Topic
from digests.search import vocabulary
from digests.shown import paging

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = make.DATE, make.DATE + make.ONE_DAY
EVIL = '<script>alert("1")</script> $x < y$ & </script><!--'


@pytest.fixture(autouse=True)
def _words_of_this_test() -> Iterator[None]:
    vocabulary.forget()
    yield
    vocabulary.forget()


@pytest.fixture
def source() -> Source:
    return make.source(name="The List", slug="the-list", kind="hugging-face", url="")


def listed(source: Source, day: dt.date = MONDAY, **fields: Any) -> Paper:
    """Make a paper that a source listed on a day."""
    votes, place = fields.pop("upvotes", None), fields.pop("place", 1)
    paper = make.paper(first_listed_on=day, **fields)
    digest = source.digests.filter(date=day).first() or make.digest(source=source, date=day)
    make.digest_paper(digest=digest, paper=paper, upvotes=votes, place=place)
    return paper


def seen(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def headlines(page: str) -> list[str]:
    return re.findall(r'class="headline"[^>]*><a [^>]*>(.*?)</a>', page)


def shown(paper: Paper) -> str:
    return paper.get_absolute_url()


# --- Days


def test_the_newest_day_is_shown_and_no_day_that_is_still_to_come(
    client: Client, source: Source
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    for days, title in ((-1, "Of yesterday"), (0, "Of today"), (1, "Of tomorrow")):
        listed(source, today + days * make.ONE_DAY, title=title)
    assert headlines(seen(client, "/papers")) == ["Of today"]
    seen(client, f"/papers/{today + make.ONE_DAY}", 404)


def test_a_page_with_a_notice_for_one_reader_is_kept_nowhere(client: Client) -> None:
    ada = make.subscriber()
    assert "max-age" in client.get("/papers").headers["Cache-Control"]
    client.post(reverse("resume", args=[ada.preferences_token]))
    assert "no-store" in client.get("/papers").headers["Cache-Control"]


def test_before_the_first_paper_there_is_a_page_that_says_so(client: Client) -> None:
    assert "No papers yet" in seen(client, "/papers")


def test_a_day_shows_its_papers_the_most_noticed_first(client: Client, source: Source) -> None:
    for title, votes in (("Few", 2), ("Many", 90), ("Some", 20)):
        listed(source, title=title, upvotes=votes)
    listed(source, TUESDAY, title="Another day's")
    assert headlines(seen(client, "/papers/2026-03-16")) == ["Many", "Some", "Few"]


def test_lists_and_previews_end_an_abstract_where_a_sentence_ends(
    client: Client, source: Source
) -> None:
    paper = listed(source, abstract="Owls hunt at night,\nand need no light for it. " * 20)
    ending = "and need no light for it. \u2026"
    assert f"{ending}</p>" in seen(client, "/papers/2026-03-16")
    preview = re.search(r'"og:description" content="([^"]*)"', seen(client, shown(paper)))
    assert preview
    assert preview[1].strip().endswith(f"Owls hunt at night, {ending}")


def test_a_day_leads_to_the_days_with_papers_around_it(client: Client, source: Source) -> None:
    for days in (-6, 0, 4):
        listed(source, MONDAY + days * make.ONE_DAY)
    page = seen(client, "/papers/2026-03-16")
    assert 'href="/papers/2026-03-10"' in page
    assert 'href="/papers/2026-03-20"' in page
    assert "/papers/2026-03-17" not in page


@pytest.mark.parametrize("path", ["/papers/2026-03-15", "/papers/2026-13-45", "/papers/2026-3-1"])
def test_a_day_without_papers_is_no_page(client: Client, path: str) -> None:
    seen(client, path, 404)


def test_a_long_day_is_shown_in_pages_that_hold_each_paper_once(
    client: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    titles = {listed(source, place=place).title for place in range(1, 6)}
    path, found = "/papers/2026-03-16", list[str]()
    while path:
        page = seen(client, path)
        found += headlines(page)
        more = re.search(r'class="more">\s*<a[^>]* href="([^"]*)"', page)
        path = more[1] if more else ""
    assert sorted(found) == sorted(titles)


@pytest.mark.parametrize("after", ["x", "0", "-1", "9" * 40, "²"])
def test_what_follows_no_paper_of_the_day_begins_at_the_first(
    client: Client, source: Source, after: str
) -> None:
    listed(source, title="Owls")
    assert headlines(seen(client, f"/papers/2026-03-16?after={after}")) == ["Owls"]


# --- Topics


@pytest.fixture
def video() -> Topic:
    return Topic.objects.get(key="video")


def test_the_index_names_the_topics_that_are_offered(client: Client, video: Topic) -> None:
    Topic.objects.filter(key="robotics").update(is_offered=False)
    page = seen(client, "/topics")
    assert 'href="/topics/video"' in page
    assert 'href="/topics/robotics"' not in page


def test_a_topic_shows_its_papers_the_newest_first_and_why(
    client: Client, source: Source, video: Topic
) -> None:
    for day, title in ((MONDAY, "Old"), (TUESDAY, "New")):
        make.paper_topic(paper=listed(source, day, title=title), topic=video, because=["clips"])
    listed(source, title="Something else")
    page = seen(client, "/topics/video")
    assert headlines(page) == ["New", "Old"]
    assert "clips" in page


def test_a_topic_goes_on_where_its_last_page_ended(
    client: Client, source: Source, video: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digests.pages.topic.PAGE", 2)
    for number in range(5):
        day = MONDAY + number // 2 * make.ONE_DAY
        paper = listed(source, day, title=f"Paper {number}", place=9 - number)
        make.paper_topic(paper=paper, topic=video)
    path, found = "/topics/video", list[str]()
    while path:
        page = seen(client, path)
        found += headlines(page)
        more = re.search(r'class="more">\s*<a[^>]* href="([^"]*)"', page)
        path = more[1] if more else ""
    assert found == [f"Paper {number}" for number in (4, 3, 2, 1, 0)]


def test_of_a_topics_day_the_most_noticed_comes_first(
    client: Client, source: Source, video: Topic
) -> None:
    for votes in (2, 90, 20):
        make.paper_topic(paper=listed(source, title=f"{votes} votes", upvotes=votes), topic=video)
    assert headlines(seen(client, "/topics/video")) == ["90 votes", "20 votes", "2 votes"]


def test_a_topic_goes_on_with_the_whole_day_of_a_paper_that_is_no_longer_there(
    client: Client, source: Source, video: Topic
) -> None:
    gone = listed(source, title="Gone")
    for day, title in ((MONDAY - make.ONE_DAY, "Before"), (MONDAY, "Kept"), (TUESDAY, "Later")):
        make.paper_topic(paper=listed(source, day, title=title), topic=video)
    page = seen(client, f"/topics/video?before={MONDAY}~{gone.pk}")
    assert headlines(page) == ["Kept", "Before"]


@pytest.mark.parametrize("before", ["x", "2026-03-16", "2026-99-16~1", "2026-03-16~x", "~"])
def test_a_place_that_is_none_is_the_first(
    client: Client, source: Source, video: Topic, before: str
) -> None:
    make.paper_topic(paper=listed(source, title="Owls"), topic=video)
    assert headlines(seen(client, f"/topics/video?before={before}")) == ["Owls"]


def test_what_readers_typed_themselves_is_on_no_page(client: Client, source: Source) -> None:
    paper, own = listed(source, title="Owls"), make.own_topic("secretword")
    make.paper_topic(paper=paper, topic=own, because=["secretword"])
    everything = Topic.objects.get(kind="everything")
    for path in (
        "/papers/2026-03-16",
        "/topics",
        "/sources/the-list",
        shown(paper),
        "/search?q=owls",
        "/feeds/all.atom",
        "/feeds/all.json",
        "/sitemap-topics.xml",
    ):
        assert "secretword" not in seen(client, path)
    for topic in (own, everything):
        seen(client, f"/topics/{topic.key}", 404)
        seen(client, f"/feeds/{topic.key}.atom", 404)


# --- Sources


def test_a_source_shows_its_newest_list_in_its_own_order_and_leads_to_others(
    client: Client, source: Source
) -> None:
    listed(source, title="Old")
    listed(source, TUESDAY, title="Second", place=2, upvotes=99)
    listed(source, TUESDAY, title="First", place=1, upvotes=1)
    page = seen(client, "/sources/the-list")
    assert headlines(page) == ["First", "Second"]
    assert 'href="?day=2026-03-16"' in page
    assert headlines(seen(client, "/sources/the-list?day=2026-03-16")) == ["Old"]


@pytest.mark.parametrize("day", ["2026-03-15", "yesterday", "2026-02-30"])
def test_a_source_has_no_page_for_a_day_without_list(
    client: Client, source: Source, day: str
) -> None:
    listed(source)
    seen(client, f"/sources/the-list?day={day}", 404)


def test_a_source_has_a_page_once_it_is_switched_on_or_has_a_list(
    client: Client, source: Source
) -> None:
    seen(client, "/sources/the-list", 404)
    Source.objects.filter(pk=source.pk).update(is_active=True, active_since=MONDAY)
    assert "not brought a list yet" in seen(client, "/sources/the-list")


# --- A paper


def test_a_paper_shows_all_that_is_known_of_it(
    client: Client, source: Source, video: Topic
) -> None:
    paper = listed(
        source,
        title=r"Schr\"odinger's $\alpha$",
        abstract="Of cats.",
        authors=["Ada Lovelace", "Grace Hopper", "Emmy Noether", "Mary Anning"],
        code_url="https://github.com/ada/cats",
        arxiv="2403.01234",
        published_on=MONDAY,
    )
    make.paper_topic(paper=paper, topic=video, because=["clip", "film", "frame", "movie"])
    page = seen(client, shown(paper))
    for said in (
        "Schrödinger&#x27;s \u03b1",
        "Of cats.",
        "Ada Lovelace, Grace Hopper, Emmy Noether, Mary Anning",
        "https://arxiv.org/abs/2403.01234",
        "https://arxiv.org/pdf/2403.01234",
        "https://huggingface.co/papers/2403.01234",
        "https://github.com/ada/cats",
        "clip, film, frame, movie",
        "/topics/video",
        "/sources/the-list?day=2026-03-16",
    ):
        assert said in page


def test_where_no_page_of_a_paper_is_known_a_search_for_its_title_leads_out(
    client: Client,
) -> None:
    paper = make.paper(title="Barn Owls", abstract="Our code: github.com/ada/owls.")
    page = seen(client, shown(paper))
    address = "https://arxiv.org/search/?query=Barn+Owls&amp;searchtype=title"
    assert re.search(rf'<a href="{re.escape(address)}"[^>]*>Search for it at arXiv</a>', page)
    assert 'href="https://github.com/ada/owls"' in page
    assert '"sameAs": []' in page
    known = make.paper(arxiv="2403.01234")
    assert "Search for it at arXiv" not in seen(client, shown(known))


def test_votes_are_shown_by_day(client: Client, source: Source) -> None:
    paper = listed(source, upvotes=1_250)
    listing = paper.digestpaper_set.get()
    for hours, votes in ((0, 3), (10, 40), (30, 1_250)):
        listing.sightings.create(seen_at=make.NOW + dt.timedelta(hours=hours), upvotes=votes)
    page = seen(client, shown(paper))
    assert re.findall(r"<td>([\d,]+)</td>", page) == ["40", "1,250"]
    assert '<polyline points="0,97 600,0"' in page


@pytest.mark.parametrize("slug", ["", "-another-title", "-x"])
def test_only_the_number_leads_and_the_slug_is_put_right(client: Client, slug: str) -> None:
    paper = make.paper(title="Barn Owls")
    answer = client.get(f"/papers/{paper.pk}{slug}")
    assert answer.status_code == 301
    assert answer["Location"] == f"/papers/{paper.pk}-barn-owls"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Barn Owls: A $\\alpha$-Survey!", "barn-owls-a-survey"),
        ("论文", "paper"),
        ("03-16", "paper-03-16"),
        ("x" * 500, "x" * 60),
    ],
)
def test_every_title_makes_an_address_of_its_own(client: Client, title: str, slug: str) -> None:
    paper = make.paper(title=title)
    assert paper.slug == slug
    seen(client, shown(paper))


def test_a_merged_paper_leads_to_the_one_that_stands(client: Client) -> None:
    kept, gone = make.paper(title="Barn Owls"), make.paper(title="Owls in Barns")
    address = shown(gone)
    merge(gone, into=kept)
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, shown(kept))


def test_a_withdrawn_paper_is_gone_from_every_page(client: Client, source: Source) -> None:
    paper, other = listed(source, title="Bad Owls"), listed(source, title="Good Owls", place=2)
    withdraw(paper, make.NOW)
    assert "Bad Owls" not in seen(client, shown(paper), 410)
    for path in ("/papers/2026-03-16", "/sources/the-list"):
        assert headlines(seen(client, path)) == ["Good Owls"]
    for path in ("/feeds/all.atom", "/sitemap-papers.xml"):
        assert f"/papers/{other.pk}-" in seen(client, path)
        assert f"/papers/{paper.pk}-" not in seen(client, path)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
def test_a_number_that_is_no_papers_is_no_page(client: Client, number: str) -> None:
    seen(client, f"/papers/{number}-owls", 404)


def test_search_engines_are_told_what_a_paper_is(client: Client, settings: Settings) -> None:
    settings.SITE_URL = "https://papers.example.org"
    paper = make.paper(title=EVIL, abstract=EVIL, authors=[EVIL], arxiv="2403.01234")
    page = seen(client, shown(paper))
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data
    said = json.loads(data[1])
    assert said["@type"] == "ScholarlyArticle"
    assert said["headline"] == paper.shown_title
    assert said["url"] == f"https://papers.example.org{shown(paper)}"
    assert said["sameAs"][0] == "https://arxiv.org/abs/2403.01234"


def test_what_papers_say_is_never_markup(client: Client, source: Source, video: Topic) -> None:
    paper = listed(source, title=f"Owls {EVIL}", abstract=EVIL, authors=[EVIL])
    make.paper_topic(paper=paper, topic=video, because=[EVIL])
    match_anew([paper])
    for path in (
        shown(paper),
        "/papers/2026-03-16",
        "/topics/video",
        "/sources/the-list",
        "/search?q=owls",
        "/search?q=%3Cscript%3Ealert(",
    ):
        assert "<script>alert" not in seen(client, path)


# --- Search


def test_what_was_looked_for_is_marked(client: Client) -> None:
    paper = make.paper(title="Barn Owls", abstract="An owl hunts.", authors=["Ada Owl"])
    match_anew([paper])
    page = seen(client, "/search?q=owl")
    assert "Barn <mark>Owls</mark>" in page
    assert "An <mark>owl</mark> hunts." in page
    assert "Ada <mark>Owl</mark>" in page


def test_a_misspelt_search_says_what_it_took_it_for(client: Client) -> None:
    match_anew([make.paper(title=f"Gaussian Splatting {number}") for number in range(2)])
    page = seen(client, "/search?q=gausian+splating")
    assert 'href="/search?q=gaussian%20splatting"' in page
    assert len(headlines(page)) == 2


def test_what_finds_nothing_says_so(client: Client) -> None:
    assert "Nothing was found for “zebra &lt;b&gt;”" in seen(client, "/search?q=zebra+<b>")


def test_an_id_leads_to_its_paper_and_an_unknown_one_to_where_it_is(client: Client) -> None:
    paper = make.paper(arxiv="2403.01234")
    assert client.get("/search?q=arxiv:2403.01234v3")["Location"] == shown(paper)
    page = seen(client, "/search?q=2403.99999")
    assert "https://arxiv.org/abs/2403.99999" in page
    assert "We know no paper by this number." in page
    assert "Try fewer words" not in page


@pytest.mark.parametrize(
    "query", ["q=%00", "q=", "", "q=owls&page=x", "q=owls&page=99999", "q=%F0"]
)
def test_a_search_for_anything_is_answered(client: Client, query: str) -> None:
    seen(client, f"/search?{query}")


def test_a_network_that_searches_all_day_is_put_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        limits, "SEARCHES", limits.Limit("few", most=1, within=dt.timedelta(hours=1))
    )
    seen(client, "/search?q=owls")
    assert client.get("/search?q=owls").headers["Retry-After"]
    seen(client, "/search")


# --- All of them


@pytest.fixture
def archive(source: Source, video: Topic) -> Paper:
    """Give one of four papers of a day that have all that papers can have."""
    for number in range(4):
        paper = listed(source, title=f"Nocturnal Barn Owls {number}", abstract="They hunt voles.")
        paper.digestpaper_set.get().sightings.create(seen_at=make.NOW, upvotes=number)
        match_anew([paper])
        make.paper_topic(paper=paper, topic=video)
    vocabulary.vocabulary()
    return paper


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/papers", 8),
        ("/papers/2026-03-16", 7),
        ("/topics", 1),
        ("/topics/video", 5),
        ("/sources/the-list", 6),
        ("paper", 8),
        ("/search", 0),
        ("/search?q=owls", 4),
        ("/feeds/all.atom", 4),
        ("/feeds/video.json", 5),
        ("/sitemap.xml", 4),
        ("/sitemap-papers.xml", 2),
        ("/robots.txt", 0),
    ],
)
def test_queries_do_not_grow_with_papers(
    client: Client,
    archive: Paper,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    path = shown(archive) if path == "paper" else path
    with django_assert_num_queries(queries):
        seen(client, path)


@pytest.mark.parametrize(
    "path",
    ["/papers", "/papers/2026-03-16", "/topics/video", "/sources/the-list", "/feeds/all.rss"],
)
def test_pages_may_be_kept_for_minutes_by_language(
    client: Client, source: Source, path: str
) -> None:
    listed(source)
    answer = client.get(path)
    assert {it.strip() for it in answer["Cache-Control"].split(",")} == {"max-age=300", "public"}
    assert {"Accept-Language", "Cookie"} <= {it.strip() for it in answer["Vary"].split(",")}
    assert not answer.cookies


def test_what_somebody_searches_is_kept_by_her_browser_alone(client: Client) -> None:
    assert "private" in client.get("/search?q=owls")["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/papers", "/topics", "/search", "/feeds/all.atom", "/robots.txt"]
)
def test_reading_is_all_that_can_be_done(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
