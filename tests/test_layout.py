"""What all pages share: the masthead, the foot, the head, and the choice of a language."""

import re

import factories as make
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
PUBLIC = ["sign-up", "about", "privacy", "link"]


@pytest.fixture
def ada() -> Subscriber:
    return make.subscriber()


def page(client: Client, name: str, *tokens: str, language: str = "en") -> str:
    address = reverse(name, args=tokens)
    return client.get(address, headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize("name", PUBLIC)
def test_every_page_has_landmarks_one_heading_and_a_way_past_the_masthead(
    client: Client, name: str
) -> None:
    html = page(client, name)
    for once in ("<h1", "<header", "<nav", '<main id="main"', "<footer", 'href="#main"'):
        assert html.count(once) == 1, once


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_says_what_a_link_to_it_is_shown_by(client: Client, name: str) -> None:
    html = page(client, name)
    title = re.findall("<title>(.*) · Paperboy</title>", html)
    assert re.findall('<meta property="og:title" content="(.+)">', html) == title
    described = re.findall('<meta name="description"\\s+content="(.+)">', html)
    assert re.findall('<meta property="og:description" content="(.+)">', html) == described
    address = re.escape(settings.SITE_URL + reverse(name))
    assert re.search(rf'<link rel="canonical"\s+href="{address}">', html)


def test_a_readers_own_page_gives_no_link_to_share_and_no_other_language(
    client: Client, ada: Subscriber
) -> None:
    html = page(client, "preferences", ada.preferences_token)
    assert not re.search('rel="canonical"|property="og:|class="languages"', html)


def test_pages_speak_the_browsers_language(client: Client) -> None:
    html = page(client, "about", language="de-AT,de;q=0.9")
    assert '<html lang="de" dir="ltr">' in html
    assert re.search("<span>(Mon|Diens|Mitt|Donners|Frei|Sams|Sonn)", html)


@pytest.mark.parametrize("code", [code for code, _ in settings.LANGUAGES])
def test_a_language_is_chosen_by_a_button_and_kept(client: Client, code: str) -> None:
    chosen = client.post(reverse("set_language"), {"language": code, "next": "/about?a=b"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/about?a=b")
    assert f'<html lang="{code}"' in page(client, "about", language="it")


def test_choosing_a_language_leads_nowhere_else_and_changes_nothing_when_opened(
    client: Client,
) -> None:
    away = {"language": "de", "next": "https://elsewhere.example/"}
    assert client.post(reverse("set_language"), away)["Location"] == "/"
    client.cookies.clear()
    assert not client.get(reverse("set_language"), {"language": "de"}).cookies


@pytest.mark.parametrize("name", ["about", "privacy"])
def test_reading_needs_no_cookie_and_no_query(
    client: Client, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get(reverse(name))
    assert not response.cookies


@pytest.mark.parametrize(
    "path", ["/about", "/privacy", "/embed", "/embed/form", "/erased", "/check-your-mail", "/none"]
)
def test_caches_hear_of_all_that_a_language_is_told_by(client: Client, path: str) -> None:
    varies = {it.strip() for it in client.get(path)["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= varies


def test_the_cookie_of_a_form_goes_when_the_browser_is_closed(client: Client) -> None:
    cookie = client.get(reverse("link")).cookies["csrftoken"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_who_runs_the_site_is_told_where_an_address_is_set(
    client: Client, settings: Settings
) -> None:
    settings.CONTACT_EMAIL = ""
    assert "mailto:" not in page(client, "about") + page(client, "privacy")
    settings.CONTACT_EMAIL = "desk@example.org"
    for name in ("about", "privacy"):
        assert 'href="mailto:desk@example.org"' in page(client, name)


def test_a_paper_is_shown_with_its_reason_above_its_headline() -> None:
    paper = {
        "title": "Owls <b>",
        "link": "/papers/1-owls",
        "authors": "Ada Lovelace",
        "abstract": "They hunt.",
        "reasons": [{"name": "Birds", "words": ["owl", "night"]}, {"name": "Video", "words": []}],
        "links": [("arXiv", "https://arxiv.org/abs/1")],
    }
    html = render_to_string("papers/_paper.html", {"paper": paper, "level": 3})
    places = [html.index(part) for part in ("Birds", "<h3", "Owls &lt;b&gt;", "Ada", "They hunt")]
    assert places == sorted(places)
    assert '<i dir="auto">owl, night</i>' in html
    assert '<a href="https://arxiv.org/abs/1">arXiv</a>' in html


def test_a_paper_with_a_title_alone_leaves_nothing_empty() -> None:
    html = render_to_string("papers/_paper.html", {"paper": {"title": "Owls", "link": "/papers/1"}})
    assert re.findall(r"<(\w+)", html) == ["article", "h2", "a"]
