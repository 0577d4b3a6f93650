"""What a reader says of a paper that she was sent."""

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from digests.identity.merge import merge
from digests.models import Paper
from newsletter.models import Delivery
from subscribers import feedback, tokens
from subscribers.models import Feedback, Subscriber

pytestmark = pytest.mark.django_db
Reader, Post = Subscriber.State, Delivery.State
DAY = make.ONE_DAY


@pytest.fixture
def owls() -> Paper:
    return make.paper(title="Owls & Mice")


@pytest.fixture
def ada(owls: Paper) -> Subscriber:
    """Give a reader who was sent that paper."""
    ada = make.subscriber()
    make.delivery(Post.SENT, subscriber=ada, edition=make.edition(make.paper(), owls))
    return ada


def at(reader: Subscriber, paper: Paper, verdict: str = "more") -> str:
    return reverse("feedback", args=[reader.preferences_token, paper.pk, verdict])


def say(client: Client, reader: Subscriber, paper: Paper, verdict: str, **fields: str) -> str:
    return client.post(at(reader, paper, verdict), fields, follow=True).content.decode()


def said(reader: Subscriber) -> list[tuple[int, str]]:
    return [*Feedback.objects.filter(subscriber=reader).values_list("paper", "verdict")]


@pytest.mark.parametrize("verdict", ["more", "less"])
def test_opening_the_link_shows_the_paper_and_says_nothing(
    client: Client, ada: Subscriber, owls: Paper, verdict: str
) -> None:
    client.head(at(ada, owls, verdict))
    html = client.get(at(ada, owls, verdict)).content.decode()
    assert "Owls &amp; Mice" in html
    assert said(ada) == []
    both = [html.index(f'action="{at(ada, owls, it)}"') for it in ("more", "less")]
    assert both == sorted(both, reverse=verdict == "less")  # what she came for is first


def test_the_buttons_come_before_the_abstract(client: Client, ada: Subscriber, owls: Paper) -> None:
    Paper.objects.update(abstract="They hunt.", url="https://example.org/owls")
    html = client.get(at(ada, owls)).content.decode()
    assert html.index(owls.get_absolute_url()) < html.index("</button>") < html.index("They hunt.")
    assert 'href="https://example.org/owls"' in html


def test_a_button_says_it_and_it_can_be_changed_and_taken_back(
    client: Client, ada: Subscriber, owls: Paper
) -> None:
    assert "Thank you" in say(client, ada, owls, "more")
    assert said(ada) == [(owls.pk, "more")]
    say(client, ada, owls, "less")
    assert said(ada) == [(owls.pk, "less")]
    html = say(client, ada, owls, "less", **{"take-back": "yes"})
    assert said(ada) == []
    assert "forgotten what you said" in html


def test_what_she_said_is_shown_whichever_link_she_opens(
    client: Client, ada: Subscriber, owls: Paper
) -> None:
    say(client, ada, owls, "more")
    html = client.get(at(ada, owls, "less")).content.decode()
    assert "<strong>More like this</strong>" in html
    assert f'action="{at(ada, owls, "less")}"' in html
    assert f'action="{at(ada, owls)}"' not in html


def test_a_paper_is_known_under_every_number_it_was_sent_by(
    client: Client, ada: Subscriber, owls: Paper
) -> None:
    kept = make.paper()
    merge(owls, into=kept)
    for number in (owls, kept):
        say(client, ada, number, "more")
    assert said(ada) == [(kept.pk, "more")]


def test_what_she_said_counts_once_two_turn_out_to_be_one(
    client: Client, ada: Subscriber, owls: Paper
) -> None:
    kept = make.paper()
    make.delivery(Post.SENT, subscriber=ada, edition=make.edition(kept), date=make.DATE + DAY)
    say(client, ada, kept, "more")
    say(client, ada, owls, "less")
    merge(owls, into=kept)
    for number in (owls, kept):
        assert feedback.given(ada, number) == "less"  # her last word
    say(client, ada, owls, "more")
    assert said(ada) == [(kept.pk, "more")]


def test_what_she_said_is_forgotten_under_every_number(
    client: Client, ada: Subscriber, owls: Paper
) -> None:
    kept = make.paper()
    say(client, ada, owls, "more")
    merge(owls, into=kept)
    say(client, ada, kept, "more", **{"take-back": "yes"})
    assert said(ada) == []


@pytest.mark.parametrize("state", [Post.FAILED, Post.CANCELLED, Post.EXPIRED])
def test_of_what_she_was_not_sent_she_says_nothing(client: Client, owls: Paper, state: str) -> None:
    eve = make.subscriber()
    make.delivery(state, subscriber=eve, edition=make.edition(owls))
    for number in (owls, make.paper(), Paper(pk=10**9), Paper(pk=10**30)):
        assert client.get(at(eve, number)).status_code == 404
        assert client.post(at(eve, number)).status_code == 404
    assert said(eve) == []


@pytest.mark.parametrize("verdict", ["love", "MORE", "take-back"])
def test_there_are_two_things_to_say(
    client: Client, ada: Subscriber, owls: Paper, verdict: str
) -> None:
    assert client.post(at(ada, owls, verdict)).status_code == 404
    assert said(ada) == []


def test_nobody_speaks_for_her(ada: Subscriber, owls: Paper) -> None:
    assert Client(enforce_csrf_checks=True).post(at(ada, owls)).status_code == 403
    strange = reverse("feedback", args=["x" * tokens.LENGTH, owls.pk, "more"])
    assert Client().post(strange).status_code == 404
    by_the_other_link = reverse("feedback", args=[ada.unsubscribe_token, owls.pk, "more"])
    assert Client().post(by_the_other_link).status_code == 404
    assert said(ada) == []


def test_it_leaves_with_her(client: Client, ada: Subscriber, owls: Paper) -> None:
    say(client, ada, owls, "more")
    ada.delete()
    assert not Feedback.objects.exists()


def test_the_page_asks_the_database_little(
    client: Client, ada: Subscriber, owls: Paper, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):  # she, the paper, its numbers, her mails, her word
        client.get(at(ada, owls))
