"""Looking for papers."""

import datetime as dt

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


def test_the_field_takes_as_much_as_is_looked_for(client: Client) -> None:
    assert f'maxlength="{LONGEST}"' in seen(client, "/search")


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
