"""The feeds: of all papers, and of each topic."""

import json

import factories as make
import pytest
from defusedxml import ElementTree
from django.test import Client
from pytest_django import Settings
from reading_room import MONDAY, TUESDAY, listed, the_list

from digests.identity.corrections import correct
from digests.models import Paper, Source, Topic
from digests.pages import feeds

pytestmark = pytest.mark.django_db
SITE = "https://papers.example.org"
FORMS = ["atom", "rss", "json"]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


@pytest.fixture
def source() -> Source:
    return the_list()


@pytest.fixture
def owls(source: Source, video: Topic) -> Paper:
    """Give a paper of the topic "video"."""
    owls = listed(source, title="Owls <b>", abstract="Of $x<y$.", authors=["Ada Lovelace"])
    make.paper_topic(paper=owls, topic=video, because=["film", "clip"])
    return owls


def titles(client: Client, path: str) -> list[str]:
    return [item["title"] for item in json.loads(fetched(client, path)).get("items", [])]


def fetched(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_atom_tells_all_of_a_paper(client: Client, owls: Paper) -> None:
    feed = ElementTree.fromstring(fetched(client, "/feeds/all.atom"))
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Owls <b>"
    assert entry.findtext(f"{ATOM}id") == f"tag:papers.example.org,2026:papers/{owls.pk}"
    summary = entry.findtext(f"{ATOM}summary")
    assert summary == (
        '<p dir="auto"><b>Video</b> <i>film, clip</i></p>'
        '<p dir="auto">Ada Lovelace</p><p dir="auto">Of x&lt;y.</p>'
    )
    assert feed.findtext(f"{ATOM}id") == f"{SITE}/feeds/all.atom"


def test_rss_tells_the_same(client: Client, owls: Paper) -> None:
    feed = ElementTree.fromstring(fetched(client, "/feeds/video.rss"))
    (item,) = feed.findall("channel/item")
    assert item.findtext("title") == "Owls <b>"
    assert item.findtext("link") == f"{SITE}{owls.get_absolute_url()}"
    assert item.find("guid").attrib == {"isPermaLink": "false"}
    assert [it.text for it in item.findall("category")] == ["Video"]


@pytest.mark.parametrize(("number", "named"), [(2, 2), (11, 11), (400, 10)])
def test_each_author_is_one_and_nobody_is_invented(
    client: Client, source: Source, number: int, named: int
) -> None:
    names = [f"Ada {number}" for number in range(number)]
    listed(source, authors=names)
    atom = ElementTree.fromstring(fetched(client, "/feeds/all.atom"))
    entry = atom.find(f"{ATOM}entry")
    assert [it.findtext(f"{ATOM}name") for it in entry.findall(f"{ATOM}author")] == names[:named]
    rss = ElementTree.fromstring(fetched(client, "/feeds/all.rss"))
    creators = rss.iter("{http://purl.org/dc/elements/1.1/}creator")
    assert [it.text for it in creators] == names[:named]
    (item,) = json.loads(fetched(client, "/feeds/all.json"))["items"]
    assert [it["name"] for it in item["authors"]] == names[:named]


def test_a_json_feed_tells_the_same(client: Client, owls: Paper) -> None:
    feed = json.loads(fetched(client, "/feeds/video.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{SITE}/feeds/video.json"
    assert feed["home_page_url"] == f"{SITE}/topics/video"
    (item,) = feed["items"]
    assert item["id"] == f"tag:papers.example.org,2026:papers/{owls.pk}"
    assert item["url"] == f"{SITE}{owls.get_absolute_url()}"
    assert item["authors"] == [{"name": "Ada Lovelace"}]
    assert item["tags"] == ["Video"]
    assert "Of x&lt;y." in item["content_html"]


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("atom", "application/atom+xml"),
        ("rss", "application/rss+xml"),
        ("json", "application/feed+json"),
    ],
)
def test_each_form_says_what_it_is(client: Client, form: str, kind: str) -> None:
    answer = client.get(f"/feeds/all.{form}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_of_a_topic_holds_no_other_papers(
    client: Client, source: Source, owls: Paper, form: str
) -> None:
    listed(source, title="Robots")
    assert "Owls" in fetched(client, f"/feeds/video.{form}")
    assert "Robots" not in fetched(client, f"/feeds/video.{form}")
    assert "Robots" in fetched(client, f"/feeds/all.{form}")


@pytest.mark.parametrize("key", ["all", "video"])
def test_a_feed_holds_the_newest_day_first_and_of_a_day_the_most_noticed(
    client: Client, source: Source, video: Topic, key: str
) -> None:
    for day, votes in ((MONDAY, 90), (TUESDAY, 2), (TUESDAY, 40), (TUESDAY, 10)):
        paper = listed(source, day, upvotes=votes, title=f"{votes} votes")
        make.paper_topic(paper=paper, topic=video)
    assert titles(client, f"/feeds/{key}.json") == ["40 votes", "10 votes", "2 votes", "90 votes"]


@pytest.mark.parametrize(
    ("least", "most", "expected"), [(1, 9, 3), (4, 9, 4), (9, 9, 5), (1, 2, 2), (3, 9, 3)]
)
def test_a_feed_holds_the_whole_newest_day_and_not_too_few_papers(
    client: Client, monkeypatch: pytest.MonkeyPatch, least: int, most: int, expected: int
) -> None:
    monkeypatch.setattr(feeds, "LEAST", least)
    monkeypatch.setattr(feeds, "MOST", most)
    source = the_list()
    for number in range(5):
        day = MONDAY - number // 3 * make.ONE_DAY
        listed(source, day, upvotes=9 - number, title=f"Paper {number}")
    found = titles(client, "/feeds/all.json")
    assert found == [f"Paper {number}" for number in range(expected)]


def test_where_a_papers_authors_are_unknown_the_feeds_own_author_stands(
    client: Client, source: Source, settings: Settings
) -> None:
    listed(source, title="Owls")
    feed = ElementTree.fromstring(fetched(client, "/feeds/all.atom"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == settings.SITE_NAME
    assert feed.findall(f"{ATOM}entry/{ATOM}author") == []
    said = json.loads(fetched(client, "/feeds/all.json"))
    assert said["authors"] == [{"name": settings.SITE_NAME}]
    assert "authors" not in said["items"][0]


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/feeds/all.xml", "/feeds/all"])
def test_there_are_no_other_feeds(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_who_has_a_feed_already_is_sent_nothing(client: Client, owls: Paper, form: str) -> None:
    first = client.get(f"/feeds/all.{form}")
    again = client.get(f"/feeds/all.{form}", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = client.get(f"/feeds/all.{form}", headers={"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304


def test_a_correction_makes_a_feed_another(client: Client, owls: Paper) -> None:
    first = client.get("/feeds/all.atom")
    owls.title = "Barn Owls"
    correct(owls, ["title"])
    again = client.get("/feeds/all.atom", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert f"papers/{owls.pk}</id>" in again.content.decode()


def test_pages_lead_to_their_feeds(client: Client, owls: Paper) -> None:
    for path, key in ((owls.get_absolute_url(), "all"), ("/topics/video", "video")):
        page = fetched(client, path)
        for kind in FORMS:
            assert f'href="/feeds/{key}.{kind}"' in page
