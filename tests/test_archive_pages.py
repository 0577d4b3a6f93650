"""What all pages of papers have in common."""

import factories as make
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from reading_room import listed, seen, shown, the_list

from digests.matching.rematch import match_anew
from digests.models import Paper, Source, Topic
from digests.search import vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return the_list()


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
    ("path", "query"),
    [
        ("/papers/2026-03-16", ""),
        ("/sources/the-list", ""),
        ("/topics/video", "?topics=video"),
        ("paper", "?topics=video"),
    ],
)
def test_papers_can_be_had_by_mail_with_their_topics_ticked(
    client: Client, archive: Paper, path: str, query: str
) -> None:
    path = shown(archive) if path == "paper" else path
    assert f'<a href="/{query}">Have them mailed to you</a>' in seen(client, path)


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
