"""Looking for papers."""

import datetime as dt
import re

import factories as make
import pytest
from django.test import Client
from reading_room import headlines, seen, shown

from config import limits
from digests.matching.rematch import match_anew
from digests.search.query import LONGEST

pytestmark = pytest.mark.django_db


def test_what_was_looked_for_is_marked(client: Client) -> None:
    paper = make.paper(title="Barn Owls", abstract="An owl hunts.", authors=["Ada Owl"])
    match_anew([paper])
    page = seen(client, "/search?q=owl")
    assert "Barn <mark>Owls</mark>" in page
    assert "An <mark>owl</mark> hunts." in page
    assert "Ada <mark>Owl</mark>" in page


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("%22flow+matching%22", ["flow", "matching"]),
        ("flow+matching", ["flow", "matching", "matches", "flows"]),
        ("flow-matching", ["flow", "matching"]),
        ("%22the+matches+of+flows%22", ["matches", "the", "flows"]),
        ("%22mover's+distance%22", ["mover&#x27;s", "distance"]),
    ],
)
def test_of_words_side_by_side_only_those_are_marked_that_stand_so(
    client: Client, query: str, marks: list[str]
) -> None:
    abstract = "By flow matching it matches the flows; not by the 'mover's distance'."
    match_anew([make.paper(title="Owls", abstract=abstract)])
    page = seen(client, f"/search?q={query}")
    assert re.findall("<mark>(.*?)</mark>", page) == marks


def test_the_field_takes_as_much_as_is_looked_for(client: Client) -> None:
    assert f'maxlength="{LONGEST}"' in seen(client, "/search")


def test_a_misspelt_search_says_what_it_took_it_for(client: Client) -> None:
    match_anew([make.paper(title=f"Gaussian Splatting {number}") for number in range(2)])
    page = seen(client, "/search?q=gausian+splating")
    said = " ".join(page.split())
    assert "Nothing was found for “gausian splating”. These 2 papers match “<a" in said
    assert '<a href="?q=gaussian+splatting" dir="auto">gaussian splatting</a>”.' in said
    assert "best matches first" not in said
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
    refused = client.get("/search?q=owls")
    assert refused.headers["Retry-After"]
    assert "send it again" not in refused.content.decode()
    seen(client, "/search")
