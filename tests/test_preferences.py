"""A reader's own page: what she chooses, what it means, and how she pauses or goes."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config import limits
from digests.matching import preview, rematch
from digests.matching.own.words import read_words
from digests.models import Topic
from subscribers import choosing, lifecycle, tokens
from subscribers.models import Feedback, Letter, Subscriber, Subscription

pytestmark = pytest.mark.django_db
State = Subscriber.State
BERLIN = ZoneInfo("Europe/Berlin")  # where Ada lives
STRANGE = "x" * tokens.LENGTH
PAGES = (
    *("preferences", "my-preview", "pause", "resume", "leave-by-page", "come-back-by-page"),
    *("move", "erase", "export"),
)


@pytest.fixture
def ada(video: Topic) -> Subscriber:
    """Give an active reader who follows one topic, and has had her latest morning."""
    soon = timezone.now() + dt.timedelta(hours=1)
    ada = make.subscriber(email="ada@example.org", time_zone="Europe/Berlin", next_due_at=soon)
    make.subscription(subscriber=ada, topic=video)
    return ada


def me(reader: Subscriber, page: str = "preferences") -> str:
    return reverse(page, args=[reader.preferences_token])


def chosen(**fields: Any) -> dict[str, Any]:
    """Return the form as a reader sends it who reads on two days, far away."""
    usual = {"topics": ["video"], "hour": 6, "time_zone": "Asia/Tokyo", "weekday": 2}
    said = {"rhythm": "days", "days": [0, 4], "max_papers": 5, "abstracts": "short"}
    return usual | said | {"language": "en"} | fields


def rows() -> list[Any]:
    """Return all that is known about readers."""
    models = (Subscriber, Subscription, Letter)
    return [row for model in models for row in model.objects.order_by("pk").values()]


def saved(client: Client, reader: Subscriber, **fields: Any) -> str:
    """Send the form, and return the page that follows."""
    html = client.post(me(reader), chosen(**fields), follow=True).content.decode()
    reader.refresh_from_db()
    return html


# --- What her pages keep to -------------------------------------------------------------------


def test_opening_a_page_of_hers_changes_nothing(client: Client, ada: Subscriber) -> None:
    before = rows()
    for page in PAGES:
        assert client.get(me(ada, page)).status_code in (200, 302)
        assert client.head(me(ada, page)).status_code in (200, 405)
    assert rows() == before


@pytest.mark.parametrize(("page", "queries"), [("preferences", 6), ("erase", 1)])
def test_her_pages_ask_the_database_little(
    client: Client,
    ada: Subscriber,
    page: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    preview.of_catalogue(timezone.now().date())  # the figures of everybody, kept for minutes
    with django_assert_num_queries(queries):
        client.get(me(ada, page))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("page", PAGES)
def test_her_pages_stay_out_of_caches_and_search_engines(
    client: Client, ada: Subscriber, page: str, method: str
) -> None:
    response = client.generic(method, me(ada, page))
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("page", ["preferences", "erase", "export"])
def test_a_link_of_nobodys_gets_a_kind_answer(client: Client, page: str) -> None:
    response = client.get(reverse(page, args=[STRANGE]))
    assert response.status_code == 404
    assert "no longer works" in response.content.decode()


@pytest.mark.parametrize("page", ["preferences", "erase"])
def test_her_pages_are_in_her_language_whatever_the_browser_would_like(
    client: Client, page: str
) -> None:
    reader = make.subscriber(language="de")
    response = client.get(me(reader, page), headers={"accept-language": "fr"})
    assert response["Content-Language"] == "de"
    assert '<html lang="de"' in response.content.decode()


def test_her_page_is_light(client: Client, ada: Subscriber) -> None:
    for number in range(2):
        paper = make.paper(title=f"{number} {'long ' * 30}", first_listed_on=timezone.now().date())
        for topic in Topic.objects.all():
            make.paper_topic(paper=paper, topic=topic)
    assert len(client.get(me(ada)).content) < 75_000


def test_every_field_has_a_label(client: Client, ada: Subscriber) -> None:
    html = client.get(me(ada)).content.decode()
    for field in ("hour", "time_zone", "weekday", "max_papers", "language", "until", "email"):
        assert f'for="id_{field}"' in html


def test_every_way_about_her_page_leads_somewhere(client: Client, ada: Subscriber) -> None:
    html = client.get(me(ada)).content.decode()
    places = {*re.findall(r'href="#([\w-]+)"', html)}
    assert places >= {"when", "how", "topics", "own-words", "pause", "address", "yours", "leave"}
    assert not places - {*re.findall(r' id="([\w-]+)"', html)}


# --- What she chooses -------------------------------------------------------------------------


def test_choices_are_kept_and_the_next_mail_is_announced(client: Client, ada: Subscriber) -> None:
    html = saved(client, ada, topics=["agents"])
    assert (ada.hour, ada.time_zone, ada.days, ada.max_papers) == (6, "Asia/Tokyo", 0b10001, 5)
    assert [topic.key for topic in ada.topics.all()] == ["agents"]
    said = r"Saved\. Your next mail: (Monday|Friday) \d+ \w+, 06:00, Asia/Tokyo, if there is"
    assert re.search(said, html)


@pytest.mark.parametrize(
    ("rhythm", "days", "said"),
    [
        ("daily", 0b1111111, "Every day at 06:00 in Tokyo."),
        ("workdays", 0b0011111, "Monday to Friday at 06:00 in Tokyo."),
        ("weekly", 0b0000100, "Every Wednesday at 06:00 in Tokyo."),
        ("days", 0b0010001, "Monday and Friday at 06:00 in Tokyo."),
    ],
)
def test_a_rhythm_is_kept_as_days_and_shown_plainly(
    client: Client, ada: Subscriber, rhythm: str, days: int, said: str
) -> None:
    html = saved(client, ada, rhythm=rhythm)
    assert ada.days == days
    assert said in html
    assert re.search(rf'value="{rhythm}"[^>]* checked', html)


@pytest.mark.parametrize(
    ("fields", "hears"),
    [
        ({"rhythm": "weekly"}, True),
        ({"rhythm": "days", "days": [3]}, True),
        ({"rhythm": "days"}, False),
        ({"rhythm": "daily"}, False),
    ],
)
def test_only_who_reads_weekly_hears_of_silence(
    client: Client, ada: Subscriber, fields: dict[str, Any], *, hears: bool
) -> None:
    html = saved(client, ada, hears_of_silence="on", **fields)
    assert ada.hears_of_silence is hears
    assert ("if there is something new" in html) is not hears


def test_abstracts_and_language_are_kept_and_she_is_answered_in_hers(
    client: Client, ada: Subscriber
) -> None:
    html = saved(client, ada, abstracts="full", language="de")
    assert (ada.abstracts, ada.language) == ("full", "de")
    assert '<html lang="de"' in html
    assert re.search(r"(Montag|Freitag), \d+\. \w+", html)


def test_what_she_does_not_touch_stays(client: Client, ada: Subscriber) -> None:
    saved(client, ada, rhythm="weekly", hears_of_silence="on", abstracts="full", words="owls")
    before = rows()
    form = client.get(me(ada)).context["form"]
    client.post(me(ada), form.initial)
    assert rows() == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"days": []}, "at least one day"),
        ({"rhythm": "hourly"}, "Select a valid choice"),
        ({"rhythm": "weekly", "weekday": 7}, "Select a valid choice"),
        ({"topics": []}, "at least one topic"),
        ({"max_papers": 31}, "from 1 to 30"),
        ({"max_papers": ""}, "from 1 to 30"),
        ({"hour": 24}, "Select a valid choice"),
        ({"abstracts": "none"}, "Select a valid choice"),
        ({"language": "tlh"}, "Select a valid choice"),
    ],
)
def test_a_choice_that_cannot_be_is_explained(
    client: Client, ada: Subscriber, fields: dict[str, Any], said: str
) -> None:
    before = rows()
    assert said in client.post(me(ada), chosen(**fields)).content.decode()
    assert rows() == before


def test_her_own_words_are_there_to_be_changed(client: Client, ada: Subscriber) -> None:
    typed = {"words": "RAG\nowls", "authors": "Fei-Fei Li", "categories": "cs.CL stat.ML"}
    client.post(me(ada), chosen(topics=[], excluded="cats", **typed))
    html = client.get(me(ada)).content.decode()
    shown = re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", html)
    assert [text.split() for text in shown] == [["RAG", "owls"], ["Fei-Fei", "Li"], ["cats"]]
    assert 'value="cs.CL stat.ML"' in html
    client.post(me(ada), chosen(words="owl"))
    choice = choosing.choice_of(ada)
    assert [topic.key for topic in choice.topics] == ["video"]
    assert [topic.key for topic in choice.own] == ["owl"]
    assert not choice.excluded


def test_what_she_follows_already_is_never_called_too_common(
    client: Client, ada: Subscriber
) -> None:
    rematch.match_anew([make.paper(first_listed_on=timezone.now().date()) for _ in range(60)])
    choosing.follow(ada, choosing.Choice([], read_words("rows")), make.NOW)
    typed = {"words": "rows, tests"}
    said = [
        re.findall("\u201c(.*?)\u201d is in more", client.post(page, typed).content.decode())
        for page in (me(ada, "my-preview"), reverse("preview"))
    ]
    assert said == [["tests"], ["rows", "tests"]]


def test_a_reader_can_save_whatever_her_network_has_asked(
    client: Client, ada: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PREVIEWS", limits.Limit("few", 1, dt.timedelta(hours=1)))
    client.post(reverse("preview"), {"words": "owl"})
    assert client.post(me(ada), chosen(words="owl")).status_code == 302
    assert client.post(me(ada), chosen(words="owl")).status_code == 429


def test_a_topic_that_is_no_longer_offered_can_be_kept(client: Client, ada: Subscriber) -> None:
    old = make.topic(is_offered=False)
    make.subscription(subscriber=ada, topic=old)
    client.post(me(ada), chosen(topics=[old.key]))
    assert [*ada.topics.all()] == [old]


# --- Pausing, and going -----------------------------------------------------------------------


def test_a_pause_ends_at_midnight_where_she_lives(client: Client, ada: Subscriber) -> None:
    until = timezone.now().date() + dt.timedelta(days=40)
    html = client.post(me(ada, "pause"), {"until": until}, follow=True).content.decode()
    ada.refresh_from_db()
    assert ada.state == State.PAUSED
    assert ada.paused_until is not None
    assert ada.paused_until.astimezone(BERLIN).replace(tzinfo=None) == (
        dt.datetime.combine(until, dt.time())
    )
    assert f"paused until {until:%A} {until.day}" in html


def test_her_page_says_where_she_paused_until_when(client: Client, ada: Subscriber) -> None:
    until = timezone.now().date() + dt.timedelta(days=40)
    html = client.post(me(ada, "pause"), {"until": until}, follow=True).content.decode()
    section = html[html.index('id="pause"') : html.index('id="address"')]
    assert f"paused until {until:%A} {until.day}" in section
    assert f'value="{until}"' in section
    assert me(ada, "resume") in section
    assert "Off for a while?" not in section


@pytest.mark.parametrize(("page", "field"), [("pause", "until"), ("move", "email")])
def test_what_comes_of_any_form_is_told_where_her_page_begins(
    client: Client, ada: Subscriber, page: str, field: str
) -> None:
    html = client.post(me(ada, page)).content.decode()
    assert f'action="{me(ada, page)}"' in html  # no fragment, which a redirect would keep
    assert html.index(f'href="#id_{field}"') < html.index('<nav class="contents"')


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_a_pause_begins_tomorrow_or_later_and_ends_within_a_year(
    client: Client, ada: Subscriber, days: int
) -> None:
    until = timezone.localdate(timezone=BERLIN) + dt.timedelta(days=days)
    html = client.post(me(ada, "pause"), {"until": until}).content.decode()
    assert "between tomorrow and a year from now" in html
    ada.refresh_from_db()
    assert ada.state == State.ACTIVE


def test_a_pause_can_be_ended_early(client: Client) -> None:
    reader = make.subscriber(State.PAUSED)
    html = client.post(me(reader, "resume"), follow=True).content.decode()
    reader.refresh_from_db()
    assert reader.state == State.ACTIVE
    assert "Your next mail" in html


def test_a_reader_can_leave_and_sees_the_way_back(client: Client, ada: Subscriber) -> None:
    html = client.post(me(ada, "leave-by-page"), follow=True).content.decode()
    ada.refresh_from_db()
    assert ada.state == State.UNSUBSCRIBED
    assert "You are unsubscribed" in html
    assert reverse("sign-up") in html


def test_who_unsubscribed_lately_can_take_it_back_on_her_page(
    client: Client, ada: Subscriber
) -> None:
    lifecycle.unsubscribe(ada, timezone.now())
    html = client.get(me(ada)).content.decode()
    assert f'action="{me(ada, "come-back-by-page")}"' in html
    for _ in range(2):
        answer = client.post(me(ada, "come-back-by-page"), follow=True).content.decode()
        assert "Welcome back. Your next mail" in answer
        ada.refresh_from_db()
        assert ada.state == Subscriber.State.ACTIVE


def test_who_cannot_take_it_back_is_asked_to_sign_up(client: Client, ada: Subscriber) -> None:
    lifecycle.unsubscribe(ada, timezone.now() - lifecycle.REGRET)
    for html in (client.get(me(ada)), client.post(me(ada, "come-back-by-page"))):
        assert "sign up again" in html.content.decode()
        assert me(ada, "come-back-by-page") not in html.content.decode()
    ada.refresh_from_db()
    assert ada.state == Subscriber.State.UNSUBSCRIBED


def test_a_zone_by_its_former_name_is_shown_and_kept_by_its_present_one(
    client: Client, ada: Subscriber
) -> None:
    Subscriber.objects.update(time_zone="Asia/Calcutta")
    html = client.get(me(ada)).content.decode()
    assert '<option value="Asia/Kolkata" selected data-also="Asia/Calcutta">' in html
    assert 'value="Asia/Calcutta"' not in html
    saved(client, ada, time_zone="Asia/Calcutta")
    assert ada.time_zone == "Asia/Kolkata"


def test_a_zone_that_is_not_listed_is_hers_until_she_chooses_another(
    client: Client, ada: Subscriber
) -> None:
    Subscriber.objects.update(time_zone="Etc/GMT+5")
    html = client.get(me(ada)).content.decode()
    assert '<option value="Etc/GMT+5" selected>Etc/GMT+5</option>' in html
    saved(client, ada, time_zone="Etc/GMT+5")
    assert ada.time_zone == "Etc/GMT+5"


def test_who_is_not_subscribed_has_no_preferences_to_change(client: Client) -> None:
    for state, said in (
        (State.UNSUBSCRIBED, "You are unsubscribed"),
        (State.PENDING, "Please confirm first"),
    ):
        reader = make.subscriber(state)
        before = rows()
        assert said in client.post(me(reader), chosen()).content.decode()
        assert rows() == before


@pytest.mark.parametrize("state", State.values)
def test_erasing_takes_a_second_page_and_leaves_nothing(client: Client, state: str) -> None:
    reader = make.subscriber(state)
    make.subscription(subscriber=reader)
    assert "Yes, erase everything" in client.get(me(reader, "erase")).content.decode()
    assert client.post(me(reader, "erase"))["Location"] == reverse("erased")
    assert not rows()


def test_erasing_takes_what_she_said_and_where_she_wanted_to_move(
    client: Client, ada: Subscriber
) -> None:
    Feedback.objects.create(
        subscriber=ada, paper=make.paper(), verdict="more", given_at=timezone.now()
    )
    make.letter(subscriber=ada, kind="move", address="new@example.org")
    client.post(me(ada, "erase"))
    assert not Feedback.objects.exists()
    assert not Letter.objects.exists()


def test_who_cannot_be_written_to_is_told_so(client: Client, ada: Subscriber) -> None:
    said = "Nothing goes to your address"
    assert said not in client.get(me(ada)).content.decode()
    make.suppression(ada.email)
    assert said in client.get(me(ada)).content.decode()
