"""The papers beside the form: of today, and those that a choice would bring."""

import datetime as dt
import re

import factories as make
import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from reading_room import headlines

from digests.matching import rematch
from digests.models import Paper, Topic

pytestmark = pytest.mark.django_db


def paper(title: str, *topics: str, age: int = 0, votes: int = 0, abstract: str = "") -> Paper:
    """Make a paper that a digest listed so many days ago, with its words and some topics."""
    today = timezone.now().date()
    made = make.paper(
        title=title, abstract=abstract, first_listed_on=today - dt.timedelta(days=age)
    )
    rematch.match_anew([made])
    make.digest_paper(paper=made, upvotes=votes)
    for topic in Topic.objects.filter(key__in=topics).exclude(papers__paper=made):
        make.paper_topic(paper=made, topic=topic, because=["its words"])
    return made


def front(client: Client, query: str = "") -> str:
    return client.get(f"/{query}").content.decode()


def ask(client: Client, **choice: object) -> str:
    return client.post(reverse("preview"), choice).content.decode()


def test_a_stranger_sees_the_papers_of_the_newest_day_the_best_first(client: Client) -> None:
    paper("Yesterday", votes=500, age=1)
    paper("Few Votes", votes=1)
    paper("Many Votes", votes=90)
    html = front(client)
    assert headlines(html) == ["Many Votes", "Few Votes"]
    assert "the most noticed 2 of 2 papers" in html


def test_old_papers_are_better_than_none_and_not_called_todays(client: Client) -> None:
    old = paper("Old", age=90)
    page = front(client)
    assert headlines(page) == [old.title]
    assert "The latest papers" in page
    assert "Today\u2019s papers" not in page


def test_what_is_withdrawn_or_became_another_is_not_shown(client: Client) -> None:
    kept, gone, twin = paper("Kept"), paper("Withdrawn"), paper("Twin")
    Paper.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now())
    Paper.objects.filter(pk=twin.pk).update(merged_into=kept)
    assert headlines(front(client)) == ["Kept"]


def test_before_the_first_day_the_page_says_so(client: Client) -> None:
    assert "still to come" in front(client)


def test_a_paper_looks_as_in_a_mail(client: Client) -> None:
    made = paper("Owls <b>", "video", abstract="They hunt. " * 200)
    Paper.objects.update(
        authors=["Ada Byron", "Grace Hopper", "Emmy Noether", "A. Turing", "R. Ohm"]
    )
    html = front(client)
    assert re.search(r"<b>Video</b> <i[^>]*>its words</i>", html)
    assert "Owls &lt;b&gt;" in html
    assert "Ada Byron, Grace Hopper, Emmy Noether\xa0and\xa02\xa0more" in html
    assert html.count("They hunt.") < 40
    assert made.get_absolute_url() in html


def test_ticking_brings_the_papers_of_the_last_days_on_that(client: Client) -> None:
    paper("A Film", "video", age=2)
    paper("A Robot", "robotics")
    html = ask(client, topics=["video"])
    assert headlines(html) == ["A Film"]
    assert "One paper of the last days" in " ".join(html.split())


def test_own_words_and_exceptions_count_at_once(client: Client) -> None:
    paper("Owls", abstract="They fly.")
    paper("Owls at Night", abstract="They are hunting.")
    assert headlines(ask(client, words="owls")) == ["Owls", "Owls at Night"]
    assert headlines(ask(client, words="owls", excluded="hunting")) == ["Owls"]


def test_exceptions_alone_are_no_choice(client: Client) -> None:
    paper("Owls", abstract="They are hunting.")
    assert "Today\u2019s papers" in ask(client, excluded="hunting")


def test_a_morning_that_would_bring_nothing_brings_no_mail(client: Client) -> None:
    paper("A Robot", "robotics")
    assert "no mail at all" in ask(client, topics=["video"])


def test_what_cannot_be_looked_for_changes_nothing(client: Client) -> None:
    paper("A Film", "video")
    too_many = ",".join(f"word{number}" for number in range(21))
    for words in ("ab", too_many):
        assert headlines(ask(client, topics=["video"], words=words)) == ["A Film"]


@pytest.mark.parametrize("query", ["?topics=video,robotics", "?topics=video&topics=robotics"])
def test_a_link_brings_topics_along(client: Client, query: str) -> None:
    html = front(client, query)
    assert re.findall(r'value="(\w+)"[^>]*\schecked', html) == ["video", "robotics"]


@pytest.mark.parametrize("query", ["?topics=nonsense", "?topics=%00", "?topics=,,", "?topics=1"])
def test_a_link_with_nonsense_ticks_nothing(client: Client, query: str) -> None:
    assert "checked" not in front(client, query)


def test_the_same_choice_can_be_seen_as_a_mail(client: Client) -> None:
    paper("A Film", "video")
    html = ask(client, topics=["video"], words="owls & cats")
    assert f'href="{reverse("sample")}?topics=video&amp;words=owls+%26+cats"' in html


def test_without_a_script_a_button_brings_the_papers(client: Client) -> None:
    paper("A Film", "video")
    paper("A Robot", "robotics")
    sent = {"topics": ["video"], "email": "", "preview": "yes"}
    html = client.post(reverse("sign-up"), sent).content.decode()
    assert headlines(html) == ["A Film"]
    assert "errorlist" not in html


def test_that_button_leads_to_the_papers_below_any_prefix(client: Client) -> None:
    with override_script_prefix("/mail/"):
        page = front(client)
    assert 'formaction="/mail/#papers"' in page


def test_the_list_that_is_kept_is_kept_for_each_language(client: Client) -> None:
    paper("A Film", "video")
    dates = [
        re.findall(r'class="said quiet">([^<]*)', html.content.decode())
        for html in (
            client.get(reverse("sign-up"), headers={"Accept-Language": it}) for it in ("en", "de")
        )
    ]
    assert len(dates[0]) == len(dates[1]) == 1
    assert dates[0] != dates[1]


def test_who_ticks_topics_costs_three_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        paper(f"A Film {number}", "video")
    ask(client, topics=["robotics"])  # the order of all papers is kept for minutes
    with django_assert_num_queries(3):
        ask(client, topics=["video"])
