"""Mails as pages: the edition that may be forwarded, and the sample for who chooses."""

import datetime as dt
import re
from typing import Any

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config import limits
from digests.matching import rematch
from digests.models import Paper, Topic
from newsletter.models import Edition
from newsletter.pages import sample
from newsletter.printing import links
from subscribers import tokens

pytestmark = pytest.mark.django_db


@pytest.fixture
def owls() -> Paper:
    """Give a paper of today, with its words and a place in a digest."""
    owls = make.paper(
        title="Owls <b>", abstract="Robots are hunting.", first_listed_on=timezone.now().date()
    )
    make.digest_paper(paper=owls, place=1)
    rematch.match_anew([owls])
    return owls


@pytest.fixture
def robotics(owls: Paper) -> Topic:
    topic = Topic.objects.get(key="robotics")
    owls.topics.update_or_create(topic=topic, defaults={"because": ["robot"]})
    return topic


@pytest.fixture
def edition(owls: Paper, robotics: Topic) -> Edition:
    return make.edition(owls, topic_ids=[robotics.pk])


def shared(edition: Edition, token: str = "") -> str:
    token = token or tokens.derive(f"edition {make.DATE}", edition.pk)
    return reverse("shared-edition", args=[make.DATE, edition.pk, token])


def ask(client: Client, **query: Any) -> Any:
    return client.get(reverse("sample"), query)


def policy(response: Any) -> set[str]:
    return {*response["Content-Security-Policy"].split("; ")}


# --- View in browser ------------------------------------------------------------------------------


def test_a_mail_links_to_its_own_page(client: Client, edition: Edition) -> None:
    assert links.shared_edition(make.DATE, edition.pk).endswith(shared(edition))
    html = client.get(shared(edition)).content.decode()
    assert "Owls &lt;b&gt;" in html
    assert "Robotics" in html


def test_it_shows_as_much_of_a_paper_as_a_mail_and_where_the_rest_is(
    client: Client, edition: Edition, owls: Paper
) -> None:
    Paper.objects.update(abstract="Owls hear mice. " * 60)
    html = client.get(shared(edition)).content.decode()
    assert 0 < html.count("hear mice.") < 60
    assert f'href="{links.paper_page(owls.pk, owls.slug)}"' in html


def test_as_a_page_a_mail_has_a_landmark(client: Client, edition: Edition) -> None:
    assert client.get(shared(edition)).content.count(b'role="main"') == 1


def test_it_may_be_forwarded(client: Client, edition: Edition) -> None:
    reader = make.subscriber()
    make.delivery("sent", subscriber=reader, edition=edition)
    response = client.get(shared(edition))
    html = response.content.decode()
    assert "Owls" in html
    assert not re.search(r"/(me|u)/", html)
    assert not response.cookies


def test_a_link_that_is_not_ours_is_answered_kindly(client: Client, edition: Edition) -> None:
    others = tokens.derive(f"edition {make.DATE}", edition.pk + 1)
    another_days = shared(edition).replace(f"{make.DATE}", f"{make.DATE + make.ONE_DAY}")
    gone = shared(Edition(pk=10**9))
    wrong = (shared(edition, "x" * tokens.LENGTH), shared(edition, others), another_days, gone)
    for address in wrong:
        response = client.get(address)
        assert response.status_code == 410
        assert "This link is old" in response.content.decode()
        assert response["X-Robots-Tag"] == "noindex"


def test_an_edition_whose_papers_are_all_withdrawn_is_gone(
    client: Client, edition: Edition
) -> None:
    Paper.objects.update(withdrawn_at=make.NOW)
    response = client.get(shared(edition))
    assert response.status_code == 410
    assert "Nothing new" not in response.content.decode()


def test_an_edition_that_told_of_silence_still_does(client: Client) -> None:
    html = client.get(shared(make.empty_edition())).content.decode()
    assert "Nothing new this week" in html


def test_a_wrong_link_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get(shared(Edition(pk=1), "x" * tokens.LENGTH))


def test_a_mail_is_styled_in_place_and_may_do_nothing_else(
    client: Client, edition: Edition
) -> None:
    response = client.get(shared(edition))
    assert policy(response) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    }
    assert (response["X-Frame-Options"], response["X-Robots-Tag"]) == ("DENY", "noindex")
    assert set(response["Cache-Control"].split(", ")) == {"private", "max-age=300"}


def test_it_is_in_the_language_of_who_looks(client: Client, edition: Edition) -> None:
    html = client.get(shared(edition), headers={"accept-language": "de"}).content.decode()
    assert 'lang="de"' in html
    assert "Montag" in html


def test_it_asks_the_database_little(
    client: Client, edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        client.get(shared(edition))


# --- The sample -----------------------------------------------------------------------------------


def test_a_sample_is_the_mail_that_a_choice_would_have_brought(
    client: Client, robotics: Topic
) -> None:
    html = ask(client, topics=[robotics.key]).content.decode()
    assert "Owls &lt;b&gt;" in html
    assert "Robotics" in html
    assert "Owls" not in ask(client, topics=[make.topic().key]).content.decode()


def test_own_words_count_as_they_will(client: Client, owls: Paper) -> None:
    assert "Owls" in ask(client, words="robots").content.decode()
    assert "Owls" not in ask(client, words="robots", excluded="hunting").content.decode()


def test_without_a_choice_it_shows_the_best_of_everything(client: Client, owls: Paper) -> None:
    assert "Owls" in ask(client).content.decode()
    assert "Owls" in ask(client, topics=["x", "-1", "9" * 30, "\0"]).content.decode()


def test_where_nothing_came_it_says_so(client: Client) -> None:
    html = ask(client, words="unheard of").content.decode()
    assert "No mail this morning" in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": "ab"}, "too short"),
        ({"categories": "cs.XX"}, "no arXiv category"),
        ({"words": "owl", "excluded": "owls"}, "both followed and left out"),
        ({"words": ",".join(f"word{n:02}" for n in range(21))}, "keep to 20"),
        ({"words": "<script>" + "x" * 80}, "&lt;script&gt;"),
    ],
)
def test_words_that_cannot_be_looked_for_are_explained(
    client: Client, typed: dict[str, str], said: str
) -> None:
    assert said in ask(client, **typed).content.decode()


def test_whatever_a_choice_brings_stands_in_no_frame_and_in_no_search_engine(
    client: Client, owls: Paper
) -> None:
    for response in (ask(client), ask(client, words="ab"), ask(client, words="unheard of")):
        assert "frame-ancestors 'none'" in policy(response)
        assert (response["X-Frame-Options"], response["X-Robots-Tag"]) == ("DENY", "noindex")
    assert "style-src 'unsafe-inline'" in policy(ask(client))


def test_a_network_that_has_words_looked_for_too_often_is_put_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "PREVIEWS", limits.Limit("few", 1, dt.timedelta(hours=1)))
    answers = [ask(client, words="owl").status_code for _ in range(2)]
    assert answers == [200, 429]
    assert ask(client).status_code == 200


def test_a_sample_stores_nothing(client: Client, owls: Paper) -> None:
    before = Topic.objects.count()
    response = ask(client, words="a secret idea")
    assert Topic.objects.count() == before
    assert not response.cookies


def test_a_sample_asks_the_database_little(
    client: Client, robotics: Topic, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ask(client)
    with django_assert_num_queries(3):  # the topics, the papers, their reasons
        ask(client, topics=[robotics.key])
    with django_assert_num_queries(4):  # and the words of the week
        ask(client, words="robots", topics=[robotics.key])
