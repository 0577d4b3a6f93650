"""The unsubscribe link: leaving, less instead of nothing, and the way back."""

import datetime as dt
import re
from typing import Any

import factories as make
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config import dates
from digests.matching.own.words import read_words
from digests.models import Topic
from newsletter.compose import compose
from newsletter.models import Edition
from subscribers import choosing, leaving, lifecycle, mornings, receipts, tokens
from subscribers.choosing import Choice
from subscribers.models import Departure, Subscriber

pytestmark = pytest.mark.django_db
State = Subscriber.State
ONE_DAY = dt.timedelta(days=1)
STRANGE = "x" * tokens.LENGTH
DEEDS = ("leave", "come-back", "pause-a-month", "end-pause", "follow-again", "tell-why")
RECEIPT = re.compile(
    r'action="([^"]+)">(?:(?!</form>).)*?name="receipt" value="([^"]+)"', re.DOTALL
)
UNDO = re.compile(r'action="(/u/[^"]+/undo)">.*?name="receipt" value="([^"]+)"', re.DOTALL)


@pytest.fixture
def ada() -> Subscriber:
    """Give an active reader of two topics."""
    ada = make.subscriber(email="ada@example.org", time_zone="Europe/Berlin")
    for key in ("video", "robotics"):
        make.subscription(subscriber=ada, topic=Topic.objects.get(key=key))
    return ada


@pytest.fixture
def gone(ada: Subscriber) -> Subscriber:
    """Give the same one, who has just left."""
    lifecycle.unsubscribe(ada, timezone.now())
    ada.refresh_from_db()
    return ada


def at(reader: Subscriber, name: str = "unsubscribe", *more: int) -> str:
    return reverse(name, args=[reader.unsubscribe_token, *more])


def page(client: Client, reader: Subscriber) -> str:
    return client.get(at(reader)).content.decode()


def press(client: Client, reader: Subscriber, name: str, *more: int, **fields: Any) -> str:
    html = client.post(at(reader, name, *more), fields, follow=True).content.decode()
    reader.refresh_from_db()
    return html


def followed(reader: Subscriber) -> list[str]:
    return [it.topic.key for it in leaving.followed(reader, timezone.now())]


def next_mail(reader: Subscriber) -> dt.datetime | None:
    return Subscriber.objects.get(pk=reader.pk).next_due_at


# --- Less instead of nothing ----------------------------------------------------------------------


def test_one_button_unsubscribes_and_others_do_less(client: Client, ada: Subscriber) -> None:
    html = page(client, ada)
    actions = re.findall(r'<form[^>]*action="([^"]+)"', html)
    topics = [it.topic.pk for it in leaving.followed(ada, timezone.now())]
    assert actions == [
        at(ada, "leave"),
        at(ada, "pause-a-month"),
        *(at(ada, "unfollow", pk) for pk in topics),
    ]
    assert html.index('class="plain"') > html.index(">Unsubscribe</button>")


def test_each_buttons_name_says_which_topic_it_is_for(client: Client, ada: Subscriber) -> None:
    html = page(client, ada)
    for topic, _ in leaving.followed(ada, timezone.now()):
        assert f'aria-labelledby="unfollow_{topic.pk} topic_{topic.pk}"' in html
        assert f'<bdi id="topic_{topic.pk}">{topic.name}</bdi>' in html


def test_one_topic_less_says_what_that_means(client: Client, ada: Subscriber) -> None:
    due = timezone.now() + ONE_DAY
    mornings.expect([ada.pk], due)
    html = press(client, ada, "unfollow", Topic.objects.get(key="video").pk)
    assert followed(ada) == ["robotics"]
    assert "<bdi>Video</bdi>" in html
    assert dates.moment(due, "Europe/Berlin") in html


def test_the_next_composing_knows_of_a_topic_less(ada: Subscriber) -> None:
    before = ada.next_morning.choice
    leaving.unfollow(ada, Topic.objects.get(key="video").pk, timezone.now())
    assert Subscriber.objects.get(pk=ada.pk).next_morning.choice != before


def test_the_last_topic_is_left_by_unsubscribing_alone(client: Client, ada: Subscriber) -> None:
    topic = Topic.objects.get(key="video")
    press(client, ada, "unfollow", topic.pk)
    assert "/topics/" not in page(client, ada)
    last = Topic.objects.get(key="robotics")
    assert "Unsubscribe?" in press(client, ada, "unfollow", last.pk)
    assert followed(ada) == ["robotics"]


def test_what_she_excludes_is_no_topic_to_be_left(client: Client, ada: Subscriber) -> None:
    choosing.follow(ada, Choice([], read_words("owls"), read_words("cats")), make.NOW)
    assert followed(ada) == ["owl"]
    excluded = Topic.objects.get(key="cat")
    press(client, ada, "unfollow", excluded.pk)
    assert ada.subscriptions.count() == 2


def test_nobody_learns_the_name_of_a_topic_that_is_not_hers(
    client: Client, ada: Subscriber
) -> None:
    secret = make.own_topic("a secret idea")
    for number in (secret.pk, 10**9):
        assert "Unsubscribe?" in press(client, ada, "unfollow", number)
    assert "secret" not in press(client, ada, "unfollow", secret.pk)
    assert len(followed(ada)) == 2


def test_whoever_opens_the_link_does_not_learn_her_own_words(
    client: Client, ada: Subscriber
) -> None:
    owls = make.subscription(subscriber=ada, topic=make.own_topic("secret owls")).topic
    pages = [page(client, ada), press(client, ada, "unfollow", owls.pk)]
    for html in pages:
        assert "To change your own words, use the link" in html
        assert "owls" not in html
        assert at(ada, "unfollow", owls.pk) not in html
        assert ada.preferences_token not in html
    assert len(followed(ada)) == 3


def test_who_follows_but_words_of_her_own_is_sent_to_her_own_page(client: Client) -> None:
    reader = make.subscriber()
    make.subscription(subscriber=reader, topic=make.own_topic("secret owls"))
    assert "your own words" not in page(client, reader)
    make.subscription(subscriber=reader, topic=make.own_topic("secret cats"))
    html = page(client, reader)
    assert "your own words" in html
    assert "secret" not in html
    assert "Only one topic" not in html


def test_a_topic_is_left_where_her_own_words_stay(client: Client) -> None:
    reader = make.subscriber()
    make.subscription(subscriber=reader, topic=make.own_topic("owls"))
    video = make.subscription(subscriber=reader, topic=Topic.objects.get(key="video")).topic
    assert "<bdi>Video</bdi>" in press(client, reader, "unfollow", video.pk)
    assert followed(reader) == ["owl"]


def test_a_pause_of_a_month_says_when_it_ends(client: Client, ada: Subscriber) -> None:
    date = leaving.end_of_pause(ada, timezone.now())
    ends = ada.schedule.midnight(date)
    assert dates.day(date) in page(client, ada)
    html = press(client, ada, "pause-a-month")
    assert (ada.state, ada.paused_until) == (State.PAUSED, ends)
    assert f"Paused until {dates.day(date)}" in html
    assert dates.moment(ada.schedule.first_due(ends), "Europe/Berlin") in html


def test_a_longer_pause_of_hers_is_not_cut_short(client: Client) -> None:
    until = timezone.now() + 90 * ONE_DAY
    reader = make.subscriber(State.PAUSED, paused_until=until)
    assert at(reader, "pause-a-month") not in page(client, reader)
    press(client, reader, "pause-a-month")
    assert reader.paused_until == until


def test_who_has_not_confirmed_can_only_leave(client: Client) -> None:
    eve = make.subscriber(State.PENDING)
    for _ in range(2):
        make.subscription(subscriber=eve)
    assert re.findall(r'action="([^"]+)"', page(client, eve)) == [at(eve, "leave")]


@pytest.mark.parametrize("state", [State.PENDING, State.UNSUBSCRIBED])
def test_who_does_not_read_leaves_no_topic(client: Client, state: str) -> None:
    eve = make.subscriber(state)
    topics = [make.subscription(subscriber=eve).topic for _ in range(2)]
    press(client, eve, "unfollow", topics[0].pk)
    assert len(followed(eve)) == 2


@pytest.mark.parametrize("deed", ["unfollow", "pause-a-month"])
def test_who_hears_of_silence_is_not_told_that_mail_may_not_come(
    client: Client, ada: Subscriber, deed: str
) -> None:
    more = [Topic.objects.get(key="video").pk] if deed == "unfollow" else []
    emmy = make.subscriber(days=0b1, hears_of_silence=True)
    mornings.expect([ada.pk, emmy.pk], timezone.now() + ONE_DAY)
    assert "if there is something new" in press(client, ada, deed, *more)
    for topic in Topic.objects.filter(key__in=["video", "robotics"]):
        make.subscription(subscriber=emmy, topic=topic)
    html = press(client, emmy, deed, *more)
    assert "Your next mail: " in html
    assert "if there is something new" not in html


# --- Undoing that ---------------------------------------------------------------------------------


def undo(client: Client, reader: Subscriber, html: str) -> str:
    """Press the button on a page that takes back what was done."""
    [(action, receipt)] = UNDO.findall(html)
    answer = client.post(action, {"receipt": receipt}).content.decode()
    reader.refresh_from_db()
    return answer


def later(monkeypatch: pytest.MonkeyPatch, wait: dt.timedelta) -> None:
    now = timezone.now() + wait
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_undo_follows_a_topic_again_since_the_same_day(client: Client, ada: Subscriber) -> None:
    before = [*ada.subscriptions.order_by("topic").values("topic", "since", "excludes")]
    choice = ada.next_morning.choice
    left = press(client, ada, "unfollow", Topic.objects.get(key="video").pk)
    for _ in range(2):
        html = undo(client, ada, left)
        assert "Undone" in html
        assert "All is as it was." in html
        after = [*ada.subscriptions.order_by("topic").values("topic", "since", "excludes")]
        assert after == before
        assert Subscriber.objects.get(pk=ada.pk).next_morning.choice == choice


def test_undo_ends_the_pause_of_its_button(client: Client, ada: Subscriber) -> None:
    paused = press(client, ada, "pause-a-month")
    for _ in range(2):
        assert "Undone" in undo(client, ada, paused)
        assert (ada.state, ada.paused_until) == (State.ACTIVE, None)
        assert next_mail(ada)


def twice(client: Client, reader: Subscriber, name: str, *more: int) -> Any:
    """Press a button twice before the first answer is there, and return the second one."""
    url = at(reader, name, *more)
    fields = {"receipt": dict(RECEIPT.findall(page(client, reader)))[url]}
    client.post(url, fields)
    answer = client.post(url, fields, follow=True)
    reader.refresh_from_db()
    return answer


@pytest.mark.parametrize("deed", ["unfollow", "pause-a-month"])
def test_who_presses_twice_or_loads_the_page_again_can_still_undo(
    client: Client, ada: Subscriber, deed: str
) -> None:
    more = [Topic.objects.get(key="video").pk] if deed == "unfollow" else []
    before = ada.state, followed(ada)
    answer = twice(client, ada, deed, *more)
    again = client.get(
        answer.request["PATH_INFO"], answer.request["QUERY_STRING"] and answer.wsgi_request.GET
    )
    for html in (answer.content.decode(), again.content.decode()):
        assert "Paused until" in html or "<bdi>Video</bdi>" in html
        assert (ada.state, followed(ada)) != before
    undo(client, ada, again.content.decode())
    assert (ada.state, followed(ada)) == before


def test_a_page_that_is_loaded_again_says_nothing_that_is_over(
    client: Client, ada: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    video = Topic.objects.get(key="video").pk
    pages = [twice(client, ada, "unfollow", video), twice(client, ada, "pause-a-month")]
    urls = [f"{it.request['PATH_INFO']}?{it.request['QUERY_STRING']}" for it in pages]
    later(monkeypatch, receipts.LIFE)
    assert client.get(urls[0])["Location"] == at(ada)
    assert not UNDO.findall(client.get(urls[1]).content.decode())
    lifecycle.resume(ada, timezone.now())
    assert client.get(urls[1])["Location"] == at(ada)


def test_a_receipt_names_the_topic_of_its_own_page_alone(client: Client, ada: Subscriber) -> None:
    video, robotics = (Topic.objects.get(key=key).pk for key in ("video", "robotics"))
    query = twice(client, ada, "unfollow", video).wsgi_request.GET
    assert client.get(at(ada, "unfollow", video), query).status_code == 200
    assert client.get(at(ada, "unfollow", robotics), query)["Location"] == at(ada)
    other = make.subscriber()
    assert client.get(at(other, "unfollow", video), query)["Location"] == at(other)


@pytest.mark.parametrize("fate", ["deleted", "excluded"])
def test_a_topic_that_cannot_be_followed_again_is_not_called_undone(
    client: Client, ada: Subscriber, fate: str
) -> None:
    topic = make.subscription(subscriber=ada).topic
    left = press(client, ada, "unfollow", topic.pk)
    if fate == "deleted":
        topic.delete()
    else:
        make.subscription(subscriber=ada, topic=topic, excludes=True)
    assert "cannot be undone here any more" in undo(client, ada, left)
    assert followed(ada) == ["video", "robotics"]


def test_undo_ends_no_other_pause(client: Client, ada: Subscriber) -> None:
    paused = press(client, ada, "pause-a-month")
    until = timezone.now() + 90 * ONE_DAY
    lifecycle.pause(ada, until)
    html = undo(client, ada, paused)
    assert (ada.state, ada.paused_until) == (State.PAUSED, until)
    assert "cannot be undone here any more" in html
    assert "Your mail is paused until" in html


def test_a_pause_of_her_own_has_no_undo_here(client: Client) -> None:
    reader = make.subscriber(State.PAUSED, paused_until=timezone.now() + 9 * ONE_DAY)
    html = press(client, reader, "pause-a-month")
    assert "Paused until" in html
    assert not UNDO.findall(html)


@pytest.mark.parametrize("deed", ["unfollow", "pause-a-month"])
def test_undo_is_for_who_has_just_done_it(
    client: Client, ada: Subscriber, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = [Topic.objects.get(key="video").pk] if deed == "unfollow" else []
    done = press(client, ada, deed, *more)
    state = ada.state, followed(ada)
    later(monkeypatch, receipts.LIFE)
    assert "cannot be undone here any more" in undo(client, ada, done)
    assert (ada.state, followed(ada)) == state


def test_only_her_own_receipt_of_the_same_deed_undoes_anything(
    client: Client, ada: Subscriber
) -> None:
    now, eve, video = timezone.now(), make.subscriber(), Topic.objects.get(key="video").pk
    press(client, ada, "unfollow", video)
    press(client, ada, "pause-a-month")
    until = [str(ada.paused_until)]
    for deed, other, what, undo in (
        ("unfollow", "pause", [video, "2026-03-01"], "follow-again"),
        ("pause", "unfollow", until, "end-pause"),
    ):
        for receipt in (
            receipts.write(deed, eve, what, now),
            receipts.write(other, ada, what, now),
            receipts.write(deed, ada, what, now)[:-1],
            "",
            "a\0b:é",
        ):
            assert "cannot be undone" in press(client, ada, undo, receipt=receipt)
    assert (ada.state, followed(ada)) == (State.PAUSED, ["robotics"])


def test_who_left_meanwhile_is_not_brought_back_by_it(client: Client, ada: Subscriber) -> None:
    paused = press(client, ada, "pause-a-month")
    lifecycle.unsubscribe(ada, timezone.now())
    assert "You are unsubscribed" in undo(client, ada, paused)
    assert ada.state == State.UNSUBSCRIBED


def test_what_is_followed_again_loses_no_paper_and_repeats_none(
    client: Client, ada: Subscriber
) -> None:
    topic, lately = Topic.objects.get(key="video"), make.DATE - ONE_DAY
    ada.subscriptions.update(since=lately)
    seen, new = (make.paper(first_listed_on=lately) for _ in range(2))
    for paper in (seen, new):
        make.paper_topic(topic=topic, paper=paper)
        make.digest_paper(paper=paper)
    make.delivery("sent", subscriber=ada, edition=make.edition(seen), date=lately)
    undo(client, ada, press(client, ada, "unfollow", topic.pk))
    compose(make.NOW + ONE_DAY)
    assert Edition.objects.latest("pk").paper_ids == [new.pk]


# --- The way back ---------------------------------------------------------------------------------


def test_undo_puts_all_back_as_it_was(client: Client, gone: Subscriber) -> None:
    assert at(gone, "come-back") in page(client, gone)
    html = press(client, gone, "come-back")
    assert (gone.state, gone.unsubscribed_at) == (State.ACTIVE, None)
    assert sorted(followed(gone)) == ["robotics", "video"]
    assert "All is as it was." in html
    assert "Your next mail" in html


def test_to_undo_twice_is_to_undo_once(client: Client, gone: Subscriber) -> None:
    press(client, gone, "come-back")
    due = next_mail(gone)
    assert "You are back" in press(client, gone, "come-back")
    assert next_mail(gone) == due


def cannot_come_back(client: Client, reader: Subscriber) -> None:
    assert at(reader, "come-back") not in page(client, reader)
    assert "You are unsubscribed" in press(client, reader, "come-back")
    assert reader.state == State.UNSUBSCRIBED
    assert next_mail(reader) is None


def test_nothing_undoes_what_is_a_month_old(client: Client, gone: Subscriber) -> None:
    gone.unsubscribed_at = timezone.now() - lifecycle.REGRET
    gone.save()
    cannot_come_back(client, gone)


def test_an_address_that_must_not_be_written_to_does_not_come_back(
    client: Client, gone: Subscriber
) -> None:
    make.suppression(gone.email)
    cannot_come_back(client, gone)


def test_no_undo_stands_for_a_confirmation(client: Client) -> None:
    never = make.subscriber(State.PENDING)
    press(client, never, "leave")
    cannot_come_back(client, never)


def test_who_signed_up_anew_and_left_before_confirming_is_not_brought_back(
    client: Client, gone: Subscriber
) -> None:
    now = timezone.now()
    lifecycle.subscribe(gone.email, Choice([Topic.objects.get(key="video")]), now)
    press(client, gone, "leave")
    cannot_come_back(client, gone)


# --- Why ------------------------------------------------------------------------------------------


def test_a_reason_is_kept_without_who_gave_it(client: Client, gone: Subscriber) -> None:
    html = press(client, gone, "tell-why", reason="too much", words="Ten a day <b>")
    [departure] = Departure.objects.values("left_on", "reason", "words")
    assert departure == {
        "left_on": timezone.now().date(),
        "reason": "too much",
        "words": "Ten a day <b>",
    }
    assert "Thank you for telling us" in html
    assert at(gone, "come-back") in html


def test_words_alone_are_a_reason(client: Client, gone: Subscriber) -> None:
    press(client, gone, "tell-why", words="I retire.")
    assert Departure.objects.get().reason == Departure.Reason.OTHER


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "tick a reason"),
        ({"reason": "bored"}, "Select a valid choice"),
        ({"reason": "other", "words": "x" * 501}, "keep to 500 characters"),
        ({"words": "a\0b"}, "Null characters"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_asked_for_again(
    client: Client, gone: Subscriber, fields: dict[str, str], said: str
) -> None:
    html = press(client, gone, "tell-why", **fields)
    assert said in html
    assert not Departure.objects.exists()


def test_a_reason_is_kept_once_however_often_it_is_sent(client: Client, gone: Subscriber) -> None:
    answers = {press(client, gone, "tell-why", reason="other").count("Thank you") for _ in range(3)}
    assert len(answers) == 1
    assert Departure.objects.count() == 1


def test_a_midnight_after_a_reason_makes_no_room_for_another(gone: Subscriber) -> None:
    late = dt.datetime(2026, 3, 16, 23, 50, tzinfo=dt.UTC)
    gone.unsubscribed_at = late
    for wait in (0, 20, 23 * 60):
        leaving.tell_why(gone, "other", "", late + dt.timedelta(minutes=wait))
    assert Departure.objects.count() == 1


@pytest.mark.parametrize("ago", [ONE_DAY, 40 * ONE_DAY])
def test_who_left_days_ago_is_not_asked(
    client: Client, gone: Subscriber, ago: dt.timedelta
) -> None:
    gone.unsubscribed_at = timezone.now() - ago
    gone.save()
    assert at(gone, "tell-why") not in page(client, gone)
    press(client, gone, "tell-why", reason="other")
    assert not Departure.objects.exists()


def test_who_has_not_left_gives_no_reason(client: Client, ada: Subscriber) -> None:
    assert "Unsubscribe?" in press(client, ada, "tell-why", reason="other")
    assert not Departure.objects.exists()


# --- What every page of the link keeps to ---------------------------------------------------------


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_done_by_a_button_alone(client: Client, ada: Subscriber, deed: str) -> None:
    assert client.get(at(ada, deed))["Location"] == at(ada)
    assert Subscriber.objects.get().state == State.ACTIVE
    strange = client.post(reverse(deed, args=[STRANGE]))
    assert strange.status_code == 404
    assert "no longer works" in strange.content.decode()
    forged = Client(enforce_csrf_checks=True).post(at(ada, deed))
    assert forged.status_code == 403


@pytest.mark.parametrize("name", ["unsubscribe", "unfollow", *DEEDS])
def test_the_link_opens_nothing_else_of_hers(client: Client, ada: Subscriber, name: str) -> None:
    more = [Topic.objects.get(key="video").pk] if name == "unfollow" else []
    method = client.get if name == "unsubscribe" else client.post
    html = method(at(ada, name, *more), follow=True).content.decode()
    assert ada.preferences_token not in html
    assert ada.email not in html


@pytest.mark.parametrize("state", State.values)
def test_she_is_spoken_to_in_her_language(client: Client, state: str) -> None:
    reader = make.subscriber(state, language="de")
    response = client.get(at(reader), headers={"accept-language": "fr"})
    assert '<html lang="de"' in response.content.decode()
    assert response["Content-Language"] == "de"


def test_the_pages_ask_the_database_little(
    client: Client, ada: Subscriber, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # the reader, her topics
        page(client, ada)
    lifecycle.unsubscribe(ada, timezone.now())
    with django_assert_num_queries(2):  # the reader, whether she may undo it
        page(client, ada)
