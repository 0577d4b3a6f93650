"""What readers and strangers see, and what their clicks do."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import factories as make
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from config import limits
from digests.matching import rematch
from digests.matching.own.words import read_authors, read_words
from digests.models import Paper, Topic
from subscribers import bell, choosing, stamps, tokens
from subscribers.models import Letter, Subscriber, Subscription

pytestmark = pytest.mark.django_db
State = Subscriber.State
BERLIN = ZoneInfo("Europe/Berlin")  # where Ada lives
STRANGE = "x" * tokens.LENGTH
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
EVERY_STATE = ["unknown", "suppressed", *State.values]


@pytest.fixture
def ada(video: Topic) -> Subscriber:
    """Give an active reader who follows one topic."""
    ada = make.subscriber(email="ada@example.org", time_zone="Europe/Berlin")
    make.subscription(subscriber=ada, topic=video)
    return ada


@pytest.fixture
def invited(video: Topic) -> tuple[Subscriber, str]:
    """Give a subscriber who has not confirmed yet, and the token of her letter."""
    eve = make.subscriber(State.PENDING, email="eve@example.org", time_zone="Europe/Berlin")
    make.subscription(subscriber=eve, topic=video)
    letter = make.letter(subscriber=eve, kind="confirm", requested_at=timezone.now())
    token = tokens.derive("confirm", letter.pk)
    letter.token_fingerprint = tokens.fingerprint(token)
    letter.save()
    return eve, token


@pytest.fixture
def owls() -> Paper:
    """Give a paper of today, with its words."""
    today = timezone.now().date()
    owls = make.paper(title="Owls <b>", abstract="They are hunting.", first_listed_on=today)
    make.digest_paper(paper=owls)
    rematch.match_anew([owls])
    return owls


def me(reader: Subscriber, page: str = "preferences") -> str:
    return reverse(page, args=[reader.preferences_token])


def filled(**fields: Any) -> dict[str, Any]:
    """Return a sign-up form as somebody sends it who took a minute to fill it in."""
    return {
        "email": "new@example.org",
        "topics": ["video"],
        "time_zone": "Europe/Berlin",
        "homepage": "",
        "stamp": stamps.stamp(timezone.now() - dt.timedelta(minutes=1)),
    } | fields


def ticked(html: str) -> list[str]:
    """Return the topics that are ticked on a page."""
    return re.findall(r'name="topics"[^>]*value="([^"]*)"[^>]*\schecked', html)


def rows() -> list[Any]:
    """Return all that is known about readers."""
    models = (Subscriber, Subscription, Letter)
    return [row for model in models for row in model.objects.order_by("pk").values()]


def someone(state: str) -> str:
    """Return an address of which we know that much."""
    if state == "suppressed":
        make.suppression("known@example.org")
    if state != "unknown":
        make.subscriber(State.ACTIVE if state == "suppressed" else state, email="known@example.org")
    return "known@example.org"


# --- What every page keeps to ---------------------------------------------------------------------


def test_opening_a_page_changes_nothing(client: Client, ada: Subscriber, invited: Any) -> None:
    pages = [reverse(name) for name in ("sign-up", "check-mail", "link", "link-sent", "privacy")]
    pages += [reverse(name, args=[ada.unsubscribe_token]) for name in ("unsubscribe", "leave")]
    pages.append(reverse("confirm", args=[invited[1]]))
    before = rows()
    for page in pages:
        assert client.get(page).status_code in (200, 302, 405)
        assert client.head(page).status_code in (200, 405)
    assert rows() == before


def test_every_page_asks_the_database_little(
    client: Client,
    ada: Subscriber,
    invited: tuple[Subscriber, str],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get(reverse("sign-up"))  # what it shows everybody is kept for minutes
    counts = {
        reverse("sign-up"): 1,
        reverse("check-mail"): 0,
        reverse("link"): 0,
        reverse("link-sent"): 0,
        reverse("privacy"): 0,
        reverse("erased"): 0,
        reverse("confirm", args=[invited[1]]): 2,
        reverse("unsubscribe", args=[ada.unsubscribe_token]): 2,
        "/no-such-page": 0,
    }
    for page, count in counts.items():
        with django_assert_num_queries(count, info=page):
            client.get(page)


def test_pages_hold_no_style_and_no_script_of_their_own(client: Client, ada: Subscriber) -> None:
    pages = [reverse("sign-up"), me(ada), reverse("privacy"), "/no-such-page"]
    for html in (client.get(page).content.decode() for page in pages):
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", html)


def test_scripts_may_ask_us_and_nobody_else(client: Client) -> None:
    policy = client.get(reverse("sign-up"))["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "connect-src 'self';" in f"{policy};"


def test_what_is_no_token_is_no_page(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/me/short").status_code == 404


def test_a_form_from_another_site_is_refused_kindly() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("sign-up"), filled())
    assert response.status_code == 403
    assert "once more" in response.content.decode()


# --- Signing up -----------------------------------------------------------------------------------


def test_signing_up_asks_for_a_confirmation(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        response = client.post(reverse("sign-up"), filled(email="Ada@EXAMPLE.org"))
    assert response["Location"] == reverse("check-mail")
    reader = Subscriber.objects.get()
    assert (reader.email, reader.time_zone) == ("Ada@example.org", "Europe/Berlin")
    assert [topic.key for topic in reader.topics.all()] == ["video"]
    assert reader.letters.get().kind == Letter.Kind.CONFIRM
    assert callbacks == [bell.ring]


@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("page", ["sign-up", "link"])
def test_nobody_learns_whether_an_address_is_known(client: Client, page: str, state: str) -> None:
    answers = [
        client.post(reverse(page), filled(email=address, words="owls"), follow=True)
        for address in ("nobody@example.org", someone(state))
    ]
    heads = [(answer.status_code, answer.redirect_chain, answer.headers) for answer in answers]
    assert heads[0] == heads[1]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("state", [State.ACTIVE, State.PAUSED])
def test_signing_up_a_reader_changes_nothing_of_hers(client: Client, state: str) -> None:
    address = someone(state)
    before = Subscriber.objects.values().get()
    client.post(reverse("sign-up"), filled(email=address))
    assert Subscriber.objects.values().get() == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"topics": []}, "at least one topic or word"),
        ({"words": "ab"}, "too short"),
        ({"topics": ["\0"]}, "not offered any more"),
        ({"topics": ["0"]}, "not offered any more"),
        ({"email": ""}, "enter your e-mail address"),
        ({"email": "postmaster@example.org"}, "role address"),
        ({"email": "a\0@example.org"}, "Null characters"),
        ({"stamp": ""}, "went missing"),
        ({"stamp": "1770000000.0:forged"}, "went missing"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_stored(
    client: Client, fields: dict[str, Any], said: str
) -> None:
    html = client.post(reverse("sign-up"), filled(**fields)).content.decode()
    assert said in html
    assert 'role="alert"' in html
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(("field", "wrong"), [("email", "ada@"), ("topics", [])])
def test_an_error_is_tied_to_its_field(client: Client, field: str, wrong: Any) -> None:
    html = client.post(reverse("sign-up"), filled(**{field: wrong})).content.decode()
    assert f'id="id_{field}_error"' in html
    assert f'aria-describedby="id_{field}_error"' in html
    assert f'href="#id_{field}"' in html


def test_what_she_had_ticked_stays_ticked(client: Client) -> None:
    html = client.post(reverse("sign-up"), filled(email="")).content.decode()
    assert ticked(html) == ["video"]


def test_own_words_are_kept_as_she_typed_them(client: Client) -> None:
    typed = {"words": "Flow-matching\nRAG", "authors": "Fei-Fei Li", "excluded": "survey"}
    client.post(reverse("sign-up"), filled(topics=[], **typed))
    choice = choosing.choice_of(Subscriber.objects.get())
    assert {topic.name for topic in choice.own} == {"Flow-matching", "RAG", "Fei-Fei Li"}
    assert [topic.name for topic in choice.excluded] == ["survey"]


@pytest.mark.parametrize(
    ("age", "said"),
    [(dt.timedelta(seconds=1), "quicker"), (dt.timedelta(days=1, minutes=1), "more than a day")],
)
def test_a_form_sent_too_soon_or_too_late_is_shown_again(
    client: Client, age: dt.timedelta, said: str
) -> None:
    response = client.post(
        reverse("sign-up"), filled(stamp=stamps.stamp(timezone.now() - age), email="a@example.org")
    )
    assert said in response.content.decode()
    stamps.check(response.context["form"]["stamp"].initial, timezone.now() + stamps.SOONEST)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("name", ["sign-up", "link"])
def test_who_mends_a_mistake_at_once_is_not_taken_for_a_robot(client: Client, name: str) -> None:
    shown = client.post(reverse(name), filled(email="ada@")).content.decode()
    [stamp] = re.findall(r'name="stamp" value="([^"]+)"', shown)
    answer = client.post(reverse(name), filled(stamp=stamp))
    assert answer.status_code == 302


@pytest.mark.parametrize(("page", "answer"), [("sign-up", "check-mail"), ("link", "link-sent")])
def test_a_robot_in_the_bait_gets_the_answer_of_a_reader(
    client: Client, page: str, answer: str
) -> None:
    response = client.post(reverse(page), filled(homepage="https://spam.example"))
    assert response["Location"] == reverse(answer)
    assert not rows()


@pytest.mark.parametrize(("page", "limit"), [("sign-up", "SIGN_UPS"), ("link", "LINKS")])
def test_too_many_forms_from_one_network_are_put_off(
    client: Client, monkeypatch: pytest.MonkeyPatch, page: str, limit: str
) -> None:
    monkeypatch.setattr(limits, limit, limits.Limit(page, 1, dt.timedelta(hours=1)))
    answers = [client.post(reverse(page), filled(email=f"{n}@example.org")) for n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 3601
    assert "Please come back in" in answers[1].content.decode()
    assert not Subscriber.objects.filter(email="1@example.org").exists()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "\0"])
def test_a_time_zone_that_no_browser_should_send_becomes_the_usual_one(
    client: Client, settings: Settings, zone: str
) -> None:
    settings.DEFAULT_TIME_ZONE = "Asia/Tokyo"
    client.post(reverse("sign-up"), filled(time_zone=zone))
    assert Subscriber.objects.get().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(("accepted", "expected"), [("de-AT", "de"), ("nl", "en")])
def test_who_signs_up_is_written_to_in_the_language_of_the_page(
    client: Client, accepted: str, expected: str
) -> None:
    client.post(reverse("sign-up"), filled(), headers={"Accept-Language": accepted})
    assert Subscriber.objects.get().language == expected


@pytest.mark.parametrize(("page", "answer"), [("sign-up", "check-mail"), ("link", "link-sent")])
def test_she_is_shown_the_way_to_her_inbox_without_her_address(
    client: Client, page: str, answer: str
) -> None:
    response = client.post(reverse(page), filled(email="Ada.Byron@GMail.com"), follow=True)
    assert response.redirect_chain == [(f"{reverse(answer)}?inbox=gmail", 302)]
    assert 'href="https://mail.google.com/"' in response.content.decode()
    assert "byron" not in f"{response.content.decode()} {client.cookies}".lower()


@pytest.mark.parametrize("inbox", ["", "nobodys", "%00", "https://evil.example"])
def test_an_inbox_that_we_do_not_know_is_not_linked_to(client: Client, inbox: str) -> None:
    html = client.get(f"{reverse('check-mail')}?inbox={inbox}").content.decode()
    assert "Check your mail" in html
    assert 'target="_blank"' not in html


def test_who_has_lost_her_link_gets_it_by_mail(client: Client, ada: Subscriber) -> None:
    client.post(reverse("link"), filled(email=ada.email))
    assert ada.letters.get().kind == Letter.Kind.LINK


# --- What would it bring? -------------------------------------------------------------------------


def ask(client: Client, **typed: str) -> str:
    return client.post(reverse("preview"), typed).content.decode()


def test_each_topic_tells_what_it_brought(client: Client, owls: Paper) -> None:
    html = client.get(reverse("sign-up")).content.decode()
    assert html.count("about one paper a day") == 1
    assert html.count("none in 30 days") == 43


def test_no_figures_are_shown_while_there_are_no_papers(client: Client) -> None:
    assert "figures" not in client.get(reverse("sign-up")).content.decode()


def test_the_front_page_stays_light(client: Client) -> None:
    for number in range(2):
        paper = make.paper(title=f"{number} {'long ' * 30}", first_listed_on=timezone.now().date())
        for topic in Topic.objects.all():
            make.paper_topic(paper=paper, topic=topic)
    assert len(client.get(reverse("sign-up")).content) < 100_000


def test_own_words_tell_what_they_would_bring(client: Client, owls: Paper) -> None:
    html = ask(client, words="owl\ncats", excluded="Hunting")
    assert re.search(r"<bdi>owl</bdi> ·\s+about one paper a day", html)
    assert re.search(r"<bdi>cats</bdi> ·\s+none in 30 days", html)
    assert re.search(r"<bdi>Hunting</bdi> ·\s+about one paper a day", html)
    assert html.count('<li dir="auto">Owls &lt;b&gt;</li>') == 2


@pytest.mark.parametrize(
    ("typed", "queries"),
    [({}, 1), ({"words": "ab"}, 1), ({"words": "owl"}, 6)],
)
def test_asking_takes_few_queries(
    client: Client,
    owls: Paper,
    typed: dict[str, str],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ask(client, topics="everything")  # what everybody is shown is kept for minutes
    ask(client)
    with django_assert_num_queries(queries):
        ask(client, **typed)


def test_asking_tells_nothing_of_readers_and_keeps_nothing(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    typed = {"words": "a secret idea", "authors": "Ada Secret", "excluded": "secret rival"}
    before = ask(client, **typed)
    reader, words = make.subscriber(), [*read_words("a secret idea"), *read_authors("Ada Secret")]
    choosing.follow(reader, choosing.Choice([], words), make.NOW)
    topics = Topic.objects.count()
    with caplog.at_level("DEBUG"):
        assert ask(client, **typed) == before
    assert Topic.objects.count() == topics
    assert "secret" not in caplog.text


@pytest.mark.parametrize("page", ["sign-up", "me"])
def test_without_a_script_a_button_shows_it_and_stores_nothing(
    client: Client,
    ada: Subscriber,
    owls: Paper,
    page: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    before = rows()
    address = me(ada) if page == "me" else reverse("sign-up")
    asked = {"words": "owl", "authors": "x", "email": "", "days": [], "preview": "yes"}
    with django_capture_on_commit_callbacks() as callbacks:
        html = client.post(address, filled(**asked)).content.decode()
    assert re.search(r"<bdi>owl</bdi> ·\s+about one paper a day", html)
    assert re.findall(r'id="id_(\w+)_error"', html) == ["authors"]
    assert (rows(), callbacks) == (before, [])


def test_what_she_typed_is_shown_again_as_text(client: Client) -> None:
    evil = "<script>alert(1)</script>\u202e"
    for html in (
        client.post(reverse("sign-up"), filled(words=evil, preview="yes")).content.decode(),
        ask(client, words=evil, authors=evil, categories=evil, excluded=f"{evil} no"),
    ):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_a_network_that_asks_too_often_is_put_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PREVIEWS", limits.Limit("few", 1, dt.timedelta(hours=1)))
    typed = {"words": "owl"}
    answers = [client.post(reverse("preview"), typed).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert client.post(reverse("sign-up"), filled(**typed)).status_code == 429
    assert client.post(reverse("sign-up"), filled()).status_code == 302


def test_asking_needs_a_form_of_ours() -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("preview"), {"words": "owl"})
    assert response.status_code == 403


@pytest.mark.parametrize("page", ["sign-up", "preview"])
def test_a_body_beyond_all_measure_is_refused(client: Client, page: str) -> None:
    client.raise_request_exception = False
    assert client.post(reverse(page), {"words": "owl " * 2_500_000}).status_code in (400, 413)


def test_every_field_of_own_words_has_a_label_and_its_help(client: Client) -> None:
    html = client.get(reverse("sign-up")).content.decode()
    for name in ("words", "authors", "categories", "excluded"):
        assert f'for="id_{name}"' in html
        assert f'aria-describedby="id_{name}_helptext"' in html
        assert f'id="id_{name}_helptext"' in html


# --- Confirming -----------------------------------------------------------------------------------


def test_a_button_confirms_and_the_welcome_says_what_comes_when(
    client: Client, invited: tuple[Subscriber, str]
) -> None:
    eve, token = invited
    html = client.post(reverse("confirm", args=[token])).content.decode()
    eve.refresh_from_db()
    assert eve.state == State.ACTIVE
    assert "07:00, Europe/Berlin" in html
    assert "<li>Video</li>" in html
    assert me(eve) in html


@pytest.mark.parametrize("hour", [0, 12])
def test_the_mail_after_the_welcome_comes_on_another_date(
    client: Client, invited: tuple[Subscriber, str], hour: int
) -> None:
    now = timezone.localtime(timezone=BERLIN).replace(hour=hour, minute=30)
    with time_machine.travel(now, tick=False):
        html = client.post(reverse("confirm", args=[invited[1]])).content.decode()
    tomorrow = now.date() + make.ONE_DAY
    assert f"<dt>{tomorrow:%A} {tomorrow.day} {tomorrow:%B}, 07:00, Europe/Berlin</dt>" in html


@pytest.mark.parametrize(
    ("age", "said"), [(1, "in your inbox in a moment"), (8, "Nothing came up")]
)
def test_the_welcome_says_whether_there_is_a_first_mail(
    client: Client, invited: tuple[Subscriber, str], video: Topic, age: int, said: str
) -> None:
    paper = make.paper(first_listed_on=timezone.now().date() - dt.timedelta(days=age))
    make.digest_paper(paper=paper)
    make.paper_topic(paper=paper, topic=video)
    assert said in client.post(reverse("confirm", args=[invited[1]])).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_her_pages_are_in_her_language(
    client: Client, invited: tuple[Subscriber, str], method: str
) -> None:
    Subscriber.objects.update(language="fr")
    response = getattr(client, method)(reverse("confirm", args=[invited[1]]))
    assert response["Content-Language"] == "fr"
    assert '<html lang="fr"' in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_confirms_sees_her_own_words(
    client: Client, invited: tuple[Subscriber, str], method: str
) -> None:
    eve, token = invited
    words = [*read_words("R&D labs"), *read_authors("Fei-Fei Li")]
    choosing.follow(eve, choosing.Choice([], words, read_words("cats")), make.NOW)
    html = getattr(client, method)(reverse("confirm", args=[token])).content.decode()
    assert "<bdi>R&amp;D labs</bdi>" in html
    assert re.search(r"Papers by\s+<bdi>Fei-Fei Li</bdi>", html)
    assert html.index("But nothing about") < html.index("<bdi>cats</bdi>")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_confirmation_is_kind_and_opens_nothing(
    client: Client, invited: tuple[Subscriber, str], method: str
) -> None:
    eve, token = invited
    client.post(reverse("confirm", args=[token]))
    before = rows()
    html = getattr(client, method)(reverse("confirm", args=[token])).content.decode()
    assert "Already confirmed" in html
    assert eve.preferences_token not in html
    assert rows() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_confirmation_that_ran_out_shows_the_way_to_a_new_one(
    client: Client, invited: tuple[Subscriber, str], method: str
) -> None:
    Letter.objects.update(requested_at=timezone.now() - dt.timedelta(days=8))
    for token in (invited[1], STRANGE):
        response = getattr(client, method)(reverse("confirm", args=[token]))
        assert response.status_code == 410
        assert reverse("sign-up") in response.content.decode()
    assert Subscriber.objects.get().state == State.PENDING


# --- Leaving --------------------------------------------------------------------------------------


def test_the_unsubscribe_page_has_a_button_that_works(client: Client, ada: Subscriber) -> None:
    page = reverse("unsubscribe", args=[ada.unsubscribe_token])
    button = reverse("leave", args=[ada.unsubscribe_token])
    assert f'action="{button}"' in client.get(page).content.decode()
    assert "You are unsubscribed" in client.post(button, follow=True).content.decode()
    ada.refresh_from_db()
    assert ada.state == State.UNSUBSCRIBED


def test_the_button_cannot_be_pressed_from_another_site(ada: Subscriber) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(reverse("leave", args=[ada.unsubscribe_token])).status_code == 403
    ada.refresh_from_db()
    assert ada.state == State.ACTIVE


@pytest.fixture
def one_click() -> Callable[..., Any]:
    """Give the POST of a mail program: no cookie, no referrer, no CSRF token (RFC 8058)."""

    def post(token: str, data: Any = None, **kwargs: Any) -> Any:
        mail_program = Client(enforce_csrf_checks=True)
        path = reverse("unsubscribe", args=[token])
        return mail_program.post(path, ONE_CLICK if data is None else data, **kwargs)

    return post


@pytest.mark.parametrize("encoded", ["multipart", "form"])
def test_one_click_unsubscribes_at_once(
    ada: Subscriber, one_click: Callable[..., Any], encoded: str
) -> None:
    form = ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
    data, kind = form if encoded == "form" else (None, None)
    answer = one_click(ada.unsubscribe_token, data, **({"content_type": kind} if kind else {}))
    assert (answer.status_code, answer.content) == (200, b"Unsubscribed.\n")
    assert not answer.cookies
    ada.refresh_from_db()
    assert ada.state == State.UNSUBSCRIBED


def test_one_click_answers_the_same_again_and_for_nobody(
    ada: Subscriber, one_click: Callable[..., Any]
) -> None:
    answers = [one_click(token) for token in [ada.unsubscribe_token] * 2 + [STRANGE]]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert len({str(answer.headers) for answer in answers}) == 1


def test_one_click_is_never_redirected(client: Client, ada: Subscriber) -> None:
    page = reverse("unsubscribe", args=[ada.unsubscribe_token])
    assert client.post(page, ONE_CLICK).status_code == 200
    assert client.post(f"{page}/", ONE_CLICK).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"List-Unsubscribe": "no"}, {"list-unsubscribe": "One-Click"}]
)
def test_any_other_post_to_the_link_does_nothing(
    ada: Subscriber, one_click: Callable[..., Any], data: dict[str, str]
) -> None:
    assert one_click(ada.unsubscribe_token, data).status_code == 400
    ada.refresh_from_db()
    assert ada.state == State.ACTIVE


def test_the_unsubscribe_link_opens_no_other_page(client: Client, ada: Subscriber) -> None:
    page = reverse("unsubscribe", args=[ada.unsubscribe_token])
    assert ada.preferences_token not in client.get(page).content.decode()
    assert client.get(reverse("preferences", args=[ada.unsubscribe_token])).status_code == 404


# --- When something is wrong ----------------------------------------------------------------------


def test_the_page_for_our_own_faults_needs_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr(limits.Limit, "refuse_until", lambda *_: 1 / 0)
    response = client.post(reverse("link"), filled())
    assert response.status_code == 500
    assert "broke on our side" in response.content.decode()
