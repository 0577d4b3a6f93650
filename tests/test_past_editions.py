"""A reader's past editions, as pages."""

import datetime as dt
import re

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from digests.identity.merge import merge
from digests.models import Paper, Topic
from newsletter.models import Delivery
from newsletter.pages.editions import PAGE
from newsletter.printing import links
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
State = Delivery.State
DAYS = [make.DATE - n * make.ONE_DAY for n in range(PAGE + 2)]


@pytest.fixture
def ada() -> Subscriber:
    return make.subscriber()


def sent(reader: Subscriber, *papers: Paper, date: dt.date = make.DATE, **fields: object) -> None:
    edition = make.edition(*papers, topic_ids=[Topic.objects.get(key="robotics").pk])
    make.delivery(State.SENT, subscriber=reader, date=date, edition=edition, **fields)


def listed(client: Client, reader: Subscriber, page: str = "") -> str:
    address = reverse("editions", args=[reader.preferences_token])
    return client.get(address, {"page": page} if page else {}).content.decode()


def opened(client: Client, reader: Subscriber, date: dt.date = make.DATE) -> str:
    address = reverse("edition", args=[reader.preferences_token, date])
    return client.get(address).content.decode()


def test_the_newest_comes_first_with_its_count_and_its_first_title(
    client: Client, ada: Subscriber
) -> None:
    owls, mice = make.paper(title="Owls <b>"), make.paper(title="Mice")
    sent(ada, owls, mice)
    sent(ada, mice, date=DAYS[1])
    html = " ".join(listed(client, ada).split())
    assert html.index("Owls &lt;b&gt;") < html.index("Mice")
    assert html.index("2 papers") < html.index("1 paper ")
    assert "March 2026" in html
    assert reverse("edition", args=[ada.preferences_token, make.DATE]) in html


@pytest.mark.parametrize("state", [*State])
def test_it_lists_what_is_or_may_be_in_her_inbox(
    client: Client, ada: Subscriber, state: str
) -> None:
    make.delivery(state, subscriber=ada)
    address = reverse("edition", args=[ada.preferences_token, make.DATE])
    is_there = state in (State.SENT, State.UNCERTAIN)
    assert (address in listed(client, ada)) == is_there
    assert (client.get(address).status_code == 200) == is_there


def test_nobody_sees_anothers_editions(client: Client, ada: Subscriber) -> None:
    eve = make.subscriber()
    sent(eve, make.paper(title="Owls"))
    assert "Owls" not in listed(client, ada)
    address = reverse("edition", args=[ada.preferences_token, make.DATE])
    assert client.get(address).status_code == 404


def test_what_was_withdrawn_or_merged_is_counted_as_it_stands_now(
    client: Client, ada: Subscriber
) -> None:
    first, twin, kept = (
        make.paper(title="First"),
        make.paper(title="Twin"),
        make.paper(title="Kept"),
    )
    sent(ada, first, twin, kept)
    merge(twin, into=kept)
    first.withdrawn_at = make.NOW
    first.save()
    html = " ".join(listed(client, ada).split())
    assert "1 paper " in html
    assert "Kept" in html
    assert "First" not in html


def test_a_week_without_papers_is_an_edition_too(client: Client, ada: Subscriber) -> None:
    make.delivery(State.SENT, subscriber=ada, edition=make.empty_edition())
    assert "Nothing new" in listed(client, ada)
    html = opened(client, ada)
    assert "nothing new for you" in html
    assert "See the mail itself" in html


def test_a_mail_whose_papers_were_all_withdrawn_is_not_called_silent(
    client: Client, ada: Subscriber
) -> None:
    sent(ada, make.paper())
    Paper.objects.update(withdrawn_at=make.NOW)
    assert "Its papers were withdrawn" in listed(client, ada)
    html = opened(client, ada)
    assert "None of its papers is left" in html
    assert "See the mail itself" not in html  # its page is gone, too
    assert "othing new" not in listed(client, ada) + html


def test_there_is_a_page_for_every_month_or_so(client: Client, ada: Subscriber) -> None:
    bundle, edition = make.bundle(is_settled=True), make.edition()
    for date in DAYS:
        make.delivery(State.SENT, subscriber=ada, date=date, bundle=bundle, edition=edition)
    pages = {page: listed(client, ada, page).count('class="top"') for page in ("", "2", "9", "x")}
    assert pages == {"": PAGE, "2": 2, "9": 2, "x": PAGE}
    assert re.search(r'href="\?page=2"\s+rel="next"', listed(client, ada))
    assert re.search(r'href="\?page=1"\s+rel="prev"', listed(client, ada, "2"))


def test_who_has_none_is_told_where_to_look(client: Client, ada: Subscriber) -> None:
    assert "There is none yet" in listed(client, ada)


def test_an_edition_shows_its_papers_with_their_reasons_and_a_word_to_say(
    client: Client, ada: Subscriber
) -> None:
    owls = make.paper(title="Owls <b>", abstract="They & mice.", authors=["Ada Byron"])
    robotics = Topic.objects.get(key="robotics")
    make.paper_topic(paper=owls, topic=robotics, because=["robot arm"])
    sent(ada, owls)
    html = opened(client, ada)
    for said in ("Owls &lt;b&gt;", "They &amp; mice.", "Ada Byron", robotics.name, "robot arm"):
        assert said in html
    for verdict in ("more", "less"):
        assert reverse("feedback", args=[ada.preferences_token, owls.pk, verdict]) in html
    edition = Delivery.objects.get().edition_id
    assert edition is not None
    assert links.shared_edition(make.DATE, edition) in html


def test_the_pages_are_in_her_language(client: Client, ada: Subscriber) -> None:
    Subscriber.objects.update(language="de")
    sent(ada, make.paper())
    for html in (listed(client, ada), opened(client, ada)):
        assert '<html lang="de"' in html
        assert "März 2026" in html


@pytest.mark.parametrize("editions", [1, 8])
def test_the_pages_ask_the_database_little(
    client: Client, editions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = make.subscriber()
    for date in DAYS[:editions]:
        sent(reader, *[make.paper() for _ in range(editions)], date=date)
    with django_assert_num_queries(4):  # the reader, how many, which, their titles
        listed(client, reader)
    with django_assert_num_queries(7):  # the reader, which, and the desk's five
        opened(client, reader)


def test_no_such_day_is_no_page(client: Client, ada: Subscriber) -> None:
    for date in ("2026-02-30", "2026-3-16", timezone.now().date().isoformat()):
        assert client.get(f"/me/{ada.preferences_token}/editions/{date}").status_code == 404
