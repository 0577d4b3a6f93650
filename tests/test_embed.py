"""The form on other people's sites: it works in a frame, without cookies, and asks for no more."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config import limits
from subscribers import stamps
from subscribers.models import Subscriber

pytestmark = pytest.mark.django_db
FORM, SENT = "/embed/form", "/embed/sent"


@pytest.fixture
def stranger() -> Client:
    """Give a browser that keeps no cookie of ours and shows no token."""
    return Client(enforce_csrf_checks=True)


def filled(**fields: Any) -> dict[str, Any]:
    stamp = stamps.stamp(timezone.now() - dt.timedelta(minutes=1))
    return {"email": "ada@example.org", "topics": ["video"], "stamp": stamp} | fields


def test_whoever_likes_may_show_it_in_a_frame(stranger: Client) -> None:
    for page in (FORM, SENT):
        response = stranger.get(page)
        assert "X-Frame-Options" not in response
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert not response.cookies


def test_no_other_page_may_be_framed(client: Client) -> None:
    for page in ("sign-up", "embed", "check-mail"):
        response = client.get(reverse(page))
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_signing_up_needs_no_cookie_and_sends_a_letter_alone(stranger: Client) -> None:
    response = stranger.post(FORM, filled(email="ada@gmail.com"))
    assert response["Location"] == f"{SENT}?inbox=gmail"
    assert not response.cookies
    reader = Subscriber.objects.get()
    assert reader.state == Subscriber.State.PENDING
    assert [topic.key for topic in reader.topics.all()] == ["video"]


def test_it_offers_the_topics_that_its_link_names(stranger: Client) -> None:
    html = stranger.get(f"{FORM}?topics=video,nonsense,robotics").content.decode()
    assert re.findall(r'name="topics"\s+value="(\w+)"\s+checked', html) == ["video", "robotics"]


def test_what_she_does_not_want_of_them_is_still_there_after_a_mistake(stranger: Client) -> None:
    sent = filled(email="ada@", topics=["video"])
    html = stranger.post(f"{FORM}?topics=video,robotics", sent).content.decode()
    assert re.findall(r'name="topics"\s+value="(\w+)"', html) == ["video", "robotics"]
    assert re.findall(r'value="(\w+)"\s+checked', html) == ["video"]


def test_without_topics_it_offers_everything(stranger: Client) -> None:
    html = stranger.get(FORM).content.decode()
    assert '<input type="hidden" name="topics" value="everything">' in html


def test_robots_meet_the_same_traps(stranger: Client) -> None:
    assert stranger.post(FORM, filled(homepage="x"))["Location"] == SENT
    assert "went missing" in stranger.post(FORM, filled(stamp="")).content.decode()
    assert not Subscriber.objects.exists()


def test_a_network_has_one_limit_for_both_forms(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SIGN_UPS", limits.Limit("few", 1, dt.timedelta(hours=1)))
    pages = [FORM, reverse("sign-up"), FORM]
    sent = [client.post(page, filled(email=f"{n}@example.org")) for n, page in enumerate(pages)]
    assert [answer.status_code for answer in sent] == [302, 429, 429]


def test_the_lines_to_copy_name_the_topics_that_are_ticked(client: Client) -> None:
    html = client.get(f"{reverse('embed')}?topics=video&topics=robotics").content.decode()
    assert "/embed/form?topics=video,robotics&quot; title=" in html.replace('"', "&quot;")
    assert "/?topics=video,robotics" in html


def test_each_line_to_copy_is_seen_whole_however_narrow_the_page(client: Client) -> None:
    assert re.findall("<pre[^>]*>", client.get(reverse("embed")).content.decode()) == [
        '<pre class="line">',
        '<pre class="line">',
    ]


@pytest.mark.parametrize(("topics", "height"), [("", 340), ("video", 340), ("video,agents", 368)])
def test_the_frame_is_as_high_as_its_topics_want(client: Client, topics: str, height: int) -> None:
    html = client.get(f"{reverse('embed')}?topics={topics}").content.decode()
    assert html.count(f'height="{height}"') == 2


def test_it_asks_the_database_little(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(FORM)  # the figures of all topics are kept for minutes
    for page, queries in ((FORM, 1), (SENT, 0), (reverse("embed"), 1)):
        with django_assert_num_queries(queries, info=page):
            client.get(page)
