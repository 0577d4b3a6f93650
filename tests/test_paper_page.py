"""A paper's own page."""

import datetime as dt
import json
import re

import factories as make
import pytest
from django.test import Client
from pytest_django import Settings
from reading_room import MONDAY, headlines, listed, seen, shown, the_list

from digests.identity.corrections import withdraw
from digests.identity.merge import merge
from digests.matching.rematch import match_anew
from digests.models import Source, Topic

pytestmark = pytest.mark.django_db
EVIL = '<script>alert("1")</script> $x < y$ & </script><!--'


@pytest.fixture
def source() -> Source:
    return the_list()


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


def test_above_its_headline_stand_its_topics_and_below_its_abstract_why(
    client: Client, video: Topic
) -> None:
    paper = make.paper(title="Owls", abstract="They hunt.")
    make.paper_topic(paper=paper, topic=video, because=["clip", "film"])
    page = seen(client, shown(paper))
    parts = ["/topics/video", "<h1", "They hunt.</p>", "Why it has these topics", "clip, film"]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)
    assert page.count("clip, film") == 1


@pytest.mark.parametrize(("authors", "others"), [(10, 0), (11, 0), (12, 2), (402, 392)])
def test_of_many_authors_the_first_are_seen_and_the_others_can_be(
    client: Client, authors: int, others: int
) -> None:
    names = [f"Ada {number}" for number in range(authors)]
    page = seen(client, shown(make.paper(authors=names)))
    at_once, _, hidden = page.partition("<details")
    assert f"{', '.join(names[: authors - others])}</p>" in at_once
    assert bool(hidden) == bool(others)
    if others:
        assert f"and {others} more" in hidden
        assert f"{', '.join(names[-others:])}</p>" in hidden


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
