"""The index of topics, and the papers of each."""

import re

import factories as make
import pytest
from django.test import Client
from reading_room import MONDAY, TUESDAY, headlines, listed, seen, shown, the_list

from digests.models import Source, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return the_list()


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
