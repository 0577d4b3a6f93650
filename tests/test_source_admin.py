"""The pages of sources: how each is, at a glance, and switching them on and off."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import factories as make
import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digests.models import Poll, Source

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
LIST = reverse("admin:digests_source_changelist")
ADD = reverse("admin:digests_source_add")
FIELDS = {
    "name": "Trending",
    "slug": "trending",
    "kind": "",
    "url": "https://example.org/{date}",
    "weekdays": ["0", "4"],
    "poll_times": "14:00, 06:30,14:00",
    "repoll_days": "2",
    "active_since": "",
    "polls-TOTAL_FORMS": "0",
    "polls-INITIAL_FORMS": "0",
}


def page_of(source: Source, verb: str = "change") -> str:
    return reverse(f"admin:digests_source_{verb}", args=[source.pk])


def content(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def labels(page: str) -> list[str]:
    """Return the words in coloured labels."""
    found = re.findall(r"<span class=\"[^\"]*uppercase[^>]*>\s*(.*?)\s*</span>", page)
    return [word for word in found if word.islower()]


def active(**fields: Any) -> Source:
    usual = {"is_active": True, "active_since": make.DATE, "url": "https://example.org"}
    return make.source(**usual | {"last_success_at": timezone.now()} | fields)


def failing() -> Source:
    return active(failures=4, last_error="HTTP 503 <b>busy</b>", retry_at=timezone.now())


def save(client: Client, source: Source, **fields: Any) -> Any:
    response = client.post(page_of(source), FIELDS | {"slug": source.slug} | fields)
    source.refresh_from_db()
    return response


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    """Let it be Tuesday noon, and no source there but those of the test."""
    Source.objects.all().delete()
    with time_machine.travel(dt.datetime(2026, 3, 17, 12, tzinfo=dt.UTC), tick=False):
        yield


# Looking


@pytest.mark.parametrize(
    ("make_one", "word"),
    [
        (failing, "failing"),
        (active, "well"),
        (lambda: active(last_success_at=None, active_since=timezone.localdate()), "waiting"),
        (make.source, "off"),
    ],
)
def test_a_source_says_how_it_is_in_the_list_and_on_its_page(
    make_one: Any, word: str, admin_client: Client
) -> None:
    source = make_one()
    for url in (LIST, page_of(source)):
        assert labels(content(admin_client, url)) == [word]


def test_what_a_source_answered_is_text(admin_client: Client) -> None:
    source = failing()
    for url in (LIST, page_of(source)):
        page = content(admin_client, url)
        assert "4 times in a row, last: HTTP 503 &lt;b&gt;busy&lt;/b&gt;" in page
        assert "<b>busy" not in page


def test_a_page_shows_the_answers_of_the_last_fortnight(admin_client: Client) -> None:
    source, today = active(), timezone.now().date()
    for age, papers in ((0, 3), (13, 13), (14, 14)):
        day = today - age * make.ONE_DAY
        Poll.objects.create(source=source, day=day, polled_at=make.NOW, papers=papers)
    response = admin_client.get(page_of(source))
    (polls,) = response.context["inline_admin_formsets"]
    assert [poll.papers for poll in polls.formset.queryset] == [3, 13]


def test_a_page_shows_papers_against_the_usual_and_leads_to_the_digests(
    admin_client: Client,
) -> None:
    source = active()
    for age in range(5):
        digest = make.digest(source=source, date=make.DATE - 7 * age * make.ONE_DAY)
        make.digest_paper(digest=digest)
    page = content(admin_client, page_of(source))
    assert "2026-03-16: 1 (usual 1)" in page
    assert f"source__id__exact={source.pk}" in page


def test_who_may_only_look_sees_the_settings_and_no_buttons(client: Client) -> None:
    user = User.objects.create(username="helper", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_source"))
    client.force_login(user)
    source = active()
    assert "Activate" not in content(client, page_of(source))
    response = client.post(page_of(source, "deactivate"), {"_form_submitted": "True"})
    assert response.status_code == 403
    assert Source.objects.polled().exists()


def test_the_first_page_tells_what_is_wrong(admin_client: Client) -> None:
    source = failing()
    active(name="Fine")
    page = content(admin_client, INDEX)
    assert labels(page) == ["failing"]
    assert f'href="{page_of(source)}"' in page
    assert "HTTP 503 &lt;b&gt;busy&lt;/b&gt;" in page
    assert "Fine" not in page


def test_the_first_page_has_nothing_to_tell_where_all_is_well(admin_client: Client) -> None:
    active()
    assert "Sources to look at" not in content(admin_client, INDEX)


def test_the_first_page_tells_nothing_of_sources_to_others(client: Client) -> None:
    failing()
    client.force_login(User.objects.create(username="helper", is_staff=True))
    assert "Sources to look at" not in content(client, INDEX)


# Setting


def test_a_new_source_is_offered_working_days_and_a_time(admin_client: Client) -> None:
    page = content(admin_client, ADD)
    ticked = re.findall(r'name="weekdays"[^>]*value="(\d)"[^>]*\schecked[\s>]', page)
    assert ticked == [*"01234"]
    assert 'name="poll_times" value="06:00"' in page


def test_days_are_ticked_and_times_put_in_order(admin_client: Client) -> None:
    source = make.source()
    save(admin_client, source)
    assert source.weekdays == [0, 4]
    assert source.poll_times == [dt.time(6, 30), dt.time(14)]
    assert 'value="06:30,14:00"' in content(admin_client, page_of(source))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"poll_times": "25:00"}, "Enter a valid time"),
        ({"poll_times": ""}, "This field is required"),
        ({"weekdays": []}, "This field is required"),
        ({"weekdays": ["7"]}, "Select a valid choice"),
        ({"is_active": "on", "url": ""}, "Give the address"),
        ({"url": "ftp://example.org/feed"}, "https"),
        ({"url": "http://example.org/feed"}, "https"),
        ({"url": "https://ada:secret@example.org/feed"}, "a name or a password"),
        ({"url": "https://example.org/{Date}"}, "Write {date}"),
    ],
)
def test_what_could_not_be_fetched_is_refused(
    fields: dict[str, Any], reason: str, admin_client: Client
) -> None:
    source = make.source(name="Before")
    response = save(admin_client, source, **fields)
    assert reason in response.content.decode()
    assert source.name == "Before"


@pytest.mark.parametrize(("given", "since"), [("", None), ("2026-03-02", "2026-03-02")])
def test_switching_on_sets_since_when(given: str, since: str | None, admin_client: Client) -> None:
    source = make.source()
    save(admin_client, source, is_active="on", active_since=given)
    assert source.is_active
    assert str(source.active_since) == (since or str(timezone.now().date()))


def test_saving_an_active_source_does_not_move_its_beginning(admin_client: Client) -> None:
    source = active()
    save(admin_client, source, is_active="on", active_since=str(make.DATE))
    assert source.active_since == make.DATE


def test_a_source_that_was_on_before_begins_anew(admin_client: Client) -> None:
    source = make.source(active_since=make.DATE)
    save(admin_client, source, is_active="on", active_since=str(make.DATE))
    assert source.active_since == timezone.now().date()


def test_an_active_source_knows_since_when_whatever_is_given(admin_client: Client) -> None:
    source = active()
    save(admin_client, source, is_active="on", active_since="")
    assert source.active_since == timezone.now().date()


def test_a_mended_address_is_tried_at_once(admin_client: Client) -> None:
    source = failing()
    Poll.objects.create(source=source, day=make.DATE, polled_at=make.NOW, etag='"1"')
    save(admin_client, source, is_active="on", url="https://example.org/mended/{date}")
    assert (source.failures, source.last_error, source.retry_at) == (0, "", None)
    assert source.polls.get().etag == ""


def test_another_name_mends_nothing(admin_client: Client) -> None:
    source = failing()
    save(admin_client, source, is_active="on", url=source.url, active_since=str(make.DATE))
    assert (source.name, source.failures) == ("Trending", 4)


# Switching


def test_sources_are_activated_together(admin_client: Client) -> None:
    sources = [make.source(url="https://example.org") for _ in range(2)]
    chosen = {"action": "activate_all", "_selected_action": [source.pk for source in sources]}
    page = admin_client.post(LIST, chosen, follow=True).content.decode()
    assert f"Activated {sources[0].name}, {sources[1].name}." in page
    assert {*Source.objects.polled()} == {*sources}


def test_sources_are_deactivated_together(admin_client: Client) -> None:
    sources = [active(), active(), make.source()]
    chosen = {"action": "deactivate_all", "_selected_action": [source.pk for source in sources]}
    admin_client.post(LIST, chosen)
    assert not Source.objects.polled().exists()


def test_activating_what_lacks_an_address_says_so_and_does_nothing(admin_client: Client) -> None:
    sources = [make.source(slug="by-hand"), make.source(url="https://example.org")]
    chosen = {"action": "activate_all", "_selected_action": [source.pk for source in sources]}
    page = admin_client.post(LIST, chosen, follow=True).content.decode()
    assert "by-hand has no address; give it in the admin; nothing was activated." in page
    assert not Source.objects.polled().exists()


def test_a_button_asks_and_then_switches_and_puts_it_on_record(admin_client: Client) -> None:
    source = make.source(url="https://example.org")
    for verb, is_active, deed in (("activate", True, "Activated"), ("deactivate", False, "Deact")):
        assert "<form" in content(admin_client, page_of(source, verb))
        answer = admin_client.post(page_of(source, verb), {"_form_submitted": "True"})
        source.refresh_from_db()
        assert source.is_active == is_active
        assert answer["HX-Redirect"] == page_of(source)
        assert f"{deed}" in content(admin_client, page_of(source, "history"))


def test_a_button_of_a_source_that_is_gone_finds_nothing(admin_client: Client) -> None:
    source = active()
    url = page_of(source, "activate")
    source.delete()
    assert admin_client.post(url, {"_form_submitted": "True"}).status_code == 404
