"""The admin: every page answers at a constant cost, and shows and changes only what it may."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import factories as make
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.admin import outside_link
from config.admin_theme import MENU, theme
from digests.identity.merge import merge
from digests.models import Host, Paper, Poll, RuleChange, Sighting, Source, Topic, Wording
from newsletter.models import Delivery, Halt, WarmUpDay
from subscribers.models import Letter, NextMorning, Subscriber, Suppression

pytestmark = pytest.mark.django_db
Rows = Sequence[Model]
HOSTILE = "<script>alert(1)</script>"
MANY = 30
VERBS = ("resume", "pause", "unsubscribe", "suppress", "erase")
State = Subscriber.State


@dataclass(frozen=True, slots=True)
class Pages:
    """A model's pages: how to make rows with company, what finds the first, and what it costs."""

    model: str
    rows: Callable[[int], Rows]
    term: str
    list_queries: int
    row_queries: int

    def __str__(self) -> str:
        return self.model


def list_of(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def page_of(row: Model, verb: str = "change") -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{verb}", args=[row.pk])


def sources(count: int) -> Rows:
    Source.objects.all().delete()
    day = timezone.localdate()
    rows = [
        make.source(name=f"Listing-{n}", is_active=True, active_since=make.DATE)
        for n in range(count)
    ]
    for n, source in enumerate(rows, start=1):
        make.digest_paper(digest=make.digest(source=source))
        Poll.objects.create(source=source, day=day, polled_at=make.NOW)
        Poll.objects.create(source=rows[0], day=day - n * make.ONE_DAY, polled_at=make.NOW)
    return rows


def digests(count: int) -> Rows:
    digest = make.digest(source=make.source(name="Listing"))
    others = [make.digest() for _ in range(count - 1)]
    return [digest, *others, *[make.digest_paper(digest=digest) for _ in range(count)]]


def papers(count: int) -> Rows:
    rows = [make.paper(title=f"Letter-{n}") for n in range(count)]
    for paper in rows:
        make.paper_topic(paper=paper)
        make.paper_topic(paper=rows[0])
        listing = make.digest_paper(paper=rows[0])
        Sighting.objects.create(listing=listing, seen_at=make.NOW, upvotes=7)
    return rows


def topics(count: int) -> Rows:
    Topic.objects.all().delete()
    rows = [make.topic(name=f"Subject-{n}") for n in range(count)]
    for topic in rows:
        make.paper_topic(topic=topic)
        make.subscription(topic=topic)
    return rows


def subscribers(count: int) -> Rows:
    rows = [make.subscriber(email=f"ada{n}@example.org") for n in range(count)]
    for n, reader in enumerate(rows):
        make.delivery(subscriber=reader)
        make.subscription(subscriber=rows[0])
        make.delivery(subscriber=rows[0], date=make.DATE - (n + 1) * make.ONE_DAY)
    return rows


def letters(count: int) -> Rows:
    return [make.letter(subscriber=reader) for reader in subscribers(count)]


def feedback(count: int) -> Rows:
    return [make.feedback(subscriber=reader) for reader in subscribers(count)]


def departures(count: int) -> Rows:
    return [make.departure(words=f"word{n}x") for n in range(count)]


def suppressions(count: int) -> Rows:
    return [make.suppression(f"ada{n}@example.org") for n in range(count)]


def deliveries(count: int) -> Rows:
    readers = [make.subscriber(email=f"ada{n}@example.org") for n in range(count)]
    return [make.delivery(subscriber=reader) for reader in readers]


def editions(count: int) -> Rows:
    topic_ids = [make.topic().pk for _ in range(count)]
    edition = make.edition(*[make.paper() for _ in range(count)], topic_ids=topic_ids)
    rows = [edition, *[make.edition() for _ in range(count - 1)]]
    for row in rows:
        make.delivery(edition=row)
    return rows


def mornings(count: int) -> Rows:
    dates = [dt.date(2026, 3, day) for day in range(1, count + 1)]
    for date in dates:
        make.delivery("sent", date=date)
    return [make.morning(date=date, due=1) for date in dates]


def bundles(count: int) -> Rows:
    rows = [make.bundle(held=True) for _ in range(count)]
    for row in rows:
        make.delivery(bundle=row)
        make.delivery(bundle=rows[0])
    return rows


def breakers(count: int) -> Rows:
    return [make.breaker(transport=f"relay{n}") for n in range(count)]


def halts(count: int) -> Rows:
    causes = Halt.Cause.values[:count]  # one of each is all there can be
    return [make.halt(cause, reason=f"{cause} said so") for cause in causes]


def events(count: int) -> Rows:
    return [make.event("bounced", delivery=make.delivery(pk=10**9 + n)) for n in range(count)]


def heartbeats(count: int) -> Rows:
    return [make.heartbeat(name=f"tick{n}") for n in range(count)]


def users(count: int) -> Rows:
    return [User.objects.create(username=f"grace{n}") for n in range(count)]


def groups(count: int) -> Rows:
    return [Group.objects.create(name=f"Editors-{n}") for n in range(count)]


EVERY_MODEL = [
    Pages("digests.source", sources, "Listing-0", 7, 7),
    Pages("digests.digest", digests, "Listing", 7, 5),
    Pages("digests.paper", papers, "Letter-0", 9, 11),
    Pages("digests.topic", topics, "Subject-0", 5, 4),
    Pages("subscribers.subscriber", subscribers, "ada0@example.org", 5, 4),
    Pages("subscribers.letter", letters, "ada0@example.org", 4, 3),
    Pages("subscribers.suppression", suppressions, "ada0@example.org", 6, 3),
    Pages("subscribers.feedback", feedback, "ada0@example.org", 4, 4),
    Pages("subscribers.departure", departures, "word0x", 4, 3),
    Pages("newsletter.morning", mornings, "2026-03-01", 7, 6),
    Pages("newsletter.delivery", deliveries, "ada0@example.org", 4, 6),
    Pages("newsletter.bundle", bundles, "", 4, 3),
    Pages("newsletter.edition", editions, "", 3, 5),
    Pages("newsletter.event", events, str(10**9), 3, 3),
    Pages("newsletter.halt", halts, "operator", 4, 3),
    Pages("newsletter.breaker", breakers, "relay0", 4, 3),
    Pages("newsletter.heartbeat", heartbeats, "tick0", 4, 3),
    Pages("auth.user", users, "grace0", 5, 7),
    Pages("auth.group", groups, "Editors-0", 4, 5),
]
# A paper's page shows its votes in a column, a topic's the changes of its rules; the hosts are the
# fetcher's own memory, and the wordings the matcher's.
WITHOUT_PAGES = {Sighting, RuleChange, Host, Wording, WarmUpDay, NextMorning}
LEDGERS = [
    make.breaker,
    make.bundle,
    make.delivery,
    make.departure,
    make.digest,
    make.edition,
    make.event,
    make.feedback,
    make.halt,
    make.heartbeat,
    make.letter,
    make.morning,
    make.subscriber,
    make.suppression,
]
every_model = pytest.mark.parametrize("pages", EVERY_MODEL, ids=str)
every_verb = pytest.mark.parametrize("verb", VERBS)


def post(client: Client, reader: Subscriber, verb: str, **answers: Any) -> Any:
    """Answer the dialog of an action."""
    return client.post(page_of(reader, verb), {"_form_submitted": "True"} | answers)


def content(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def operator(client: Client) -> Client:
    """Log an operator in who may do everything."""
    client.force_login(User.objects.create(username="operator", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def helper(client: Client) -> Client:
    """Log an operator in who may look at subscribers and do nothing to them."""
    user = User.objects.create(username="helper", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(user)
    return client


@every_model
@pytest.mark.parametrize("count", [1, MANY])
def test_a_list_costs_the_same_for_one_row_and_for_many(
    pages: Pages,
    count: int,
    operator: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    pages.rows(count)
    with django_assert_num_queries(pages.list_queries):
        content(operator, list_of(pages.model))


@every_model
@pytest.mark.parametrize("count", [1, MANY])
def test_a_row_costs_the_same_in_any_company(
    pages: Pages,
    count: int,
    operator: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    url = page_of(pages.rows(count)[0])
    operator.get(url)
    with django_assert_num_queries(pages.row_queries):
        content(operator, url)


@every_model
def test_a_search_finds_the_one_row(pages: Pages, operator: Client) -> None:
    row, *_ = pages.rows(MANY)
    response = operator.get(list_of(pages.model), {"q": pages.term or str(row.pk)})
    assert [*response.context["cl"].result_list] == [row]


@every_model
def test_nobody_else_gets_in(pages: Pages, client: Client) -> None:
    row, *_ = pages.rows(1)
    for url in (list_of(pages.model), page_of(row)):
        assert client.get(url)["Location"].startswith(reverse("admin:login"))


def test_every_model_has_pages_or_is_shown_inside_one() -> None:
    shown = {inline.model for page in admin.site._registry.values() for inline in page.inlines}
    ours = ("digests", "subscribers", "newsletter")
    for model in (model for app in ours for model in apps.get_app_config(app).get_models()):
        assert model in shown or model in admin.site._registry or model in WITHOUT_PAGES


def test_the_menu_leads_to_every_registered_model(operator: Client) -> None:
    listed = {model for group in MENU.values() for model in group.values()}
    assert listed == {model._meta.label_lower for model in admin.site._registry}


def test_the_index_shows_the_menu(operator: Client) -> None:
    page = content(operator, reverse("admin:index"))
    assert all(f'href="{list_of(pages.model)}"' in page for pages in EVERY_MODEL)


def test_the_menu_hides_what_an_operator_may_not_see(rf: Any) -> None:
    request = rf.get("/")
    request.user = User.objects.create(username="helper", is_staff=True)
    items = [
        item for group in theme("Paperboy")["SIDEBAR"]["navigation"] for item in group["items"]
    ]
    assert not any(item["permission"](request) for item in items)


@pytest.mark.parametrize("typed", ["ada", "9" * 30, "-1"])
def test_no_event_is_found_by_what_is_no_deliverys_number(typed: str, operator: Client) -> None:
    make.event()
    response = operator.get(list_of("newsletter.event"), {"q": typed})
    assert [*response.context["cl"].result_list] == []


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_ledger_takes_nothing_by_hand(ledger: Callable[[], Model], operator: Client) -> None:
    row = ledger()
    add = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_add")
    assert operator.get(add).status_code == 403
    for url in (add, page_of(row), page_of(row, "delete")):
        assert operator.post(url, {"post": "yes"}).status_code == 403


@every_verb
def test_an_action_asks_first(verb: str, operator: Client) -> None:
    reader = make.subscriber()
    assert "<form" in content(operator, page_of(reader, verb))
    assert [*Subscriber.objects.values("state")] == [{"state": State.ACTIVE}]
    assert not Suppression.objects.exists()


@every_verb
def test_an_action_needs_its_permission(verb: str, helper: Client) -> None:
    reader = make.subscriber()
    assert content(helper, page_of(reader))
    assert post(helper, reader, verb, until="2099-01-01").status_code == 403
    assert Subscriber.objects.get().state == State.ACTIVE


@every_verb
def test_an_action_is_for_operators_only(verb: str, client: Client) -> None:
    reader = make.subscriber()
    assert post(client, reader, verb).url.startswith(reverse("admin:login"))
    assert Subscriber.objects.get().state == State.ACTIVE


@every_verb
def test_an_action_on_who_was_erased_finds_nobody(verb: str, operator: Client) -> None:
    reader = make.subscriber()
    Subscriber.objects.all().delete()
    assert post(operator, reader, verb, until="2099-01-01").status_code == 404


def test_pausing_lasts_until_the_date_begins_where_she_lives(operator: Client) -> None:
    reader = make.subscriber(time_zone="Asia/Tokyo")
    response = post(operator, reader, "pause", until="2099-01-01")
    reader.refresh_from_db()
    assert reader.state == State.PAUSED
    assert reader.paused_until == dt.datetime(2099, 1, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert response["HX-Redirect"] == page_of(reader)


def test_a_pause_cannot_end_today(operator: Client) -> None:
    reader = make.subscriber()
    response = post(operator, reader, "pause", until=str(timezone.localdate()))
    assert "Give a date after today." in response.content.decode()
    assert Subscriber.objects.get().state == State.ACTIVE


def test_resuming_gives_her_a_next_morning(operator: Client) -> None:
    reader = make.subscriber("paused")
    post(operator, reader, "resume")
    reader.refresh_from_db()
    assert (reader.state, reader.paused_until) == (State.ACTIVE, None)
    assert reader.next_due_at


def test_unsubscribing_is_final_and_on_record(operator: Client) -> None:
    reader = make.subscriber()
    post(operator, reader, "unsubscribe")
    reader.refresh_from_db()
    assert (reader.state, reader.next_due_at) == (State.UNSUBSCRIBED, None)
    history = content(operator, page_of(reader, "history"))
    assert "Unsubscribed her." in history


def test_suppressing_is_an_operators_decision(operator: Client) -> None:
    reader = make.subscriber()
    post(operator, reader, "suppress")
    suppression = Suppression.objects.get()
    assert bytes(suppression.fingerprint) == reader.fingerprint
    assert suppression.reason == Suppression.Reason.OPERATOR
    listed = operator.get(list_of("subscribers.subscriber"), {"suppressed": "yes"})
    assert [*listed.context["cl"].result_list] == [reader]


def test_erasing_leaves_her_deliveries_without_her(operator: Client) -> None:
    reader = make.subscriber()
    make.delivery("sent", subscriber=reader)
    response = post(operator, reader, "erase")
    assert not Subscriber.objects.exists()
    assert response["HX-Redirect"] == list_of("subscribers.subscriber")
    assert ">erased<" in content(operator, list_of("newsletter.delivery"))


def test_what_was_done_is_told_with_the_state_it_left(operator: Client) -> None:
    reader = make.subscriber("pending")
    post(operator, reader, "resume")
    page = content(operator, page_of(reader))
    assert f"Resumed subscriber#{reader.pk}: she is pending now." in page


def test_a_readers_page_says_how_she_reads_and_what_she_leaves_out(operator: Client) -> None:
    reader = make.subscriber(language="fr", abstracts="full", days=1, hears_of_silence=True)
    for excludes in (False, True):
        make.subscription(subscriber=reader, excludes=excludes)
    page = content(operator, page_of(reader))
    for said in ("Français", "All of it", "Hears of silence", "follows", "leaves out"):
        assert page.count(f">{said}<") == 1


def test_no_page_shows_what_opens_a_readers_pages(operator: Client) -> None:
    reader = make.subscriber()
    letter = make.letter(subscriber=reader, token_fingerprint=b"\xab" * 32)
    rows = [reader, letter, make.delivery(subscriber=reader), make.suppression(reader.email)]
    urls = [list_of(row._meta.label_lower) for row in rows] + [page_of(row) for row in rows]
    urls += [page_of(reader, verb) for verb in (*VERBS, "history")]
    secrets = [reader.preferences_token, reader.unsubscribe_token, "ab" * 32, r"\xab" * 32]
    secrets += [bytes(reader.fingerprint).hex(), str(reader.fingerprint)]
    pages = [content(operator, url) for url in urls]
    assert not [secret for secret in secrets for page in pages if secret in page]


def test_a_title_is_text_wherever_it_appears(operator: Client) -> None:
    paper = make.paper(title=f"{HOSTILE} bold", abstract=HOSTILE, authors=[HOSTILE])
    listing = make.digest_paper(paper=paper, digest=make.digest(source=make.source(name=HOSTILE)))
    because = make.paper_topic(paper=paper, because=[HOSTILE], topic=make.topic(name=HOSTILE))
    edition = make.edition(paper, topic_ids=[because.topic_id])
    rows = [paper, listing.digest, edition, because.topic, listing.digest.source]
    urls = [list_of(row._meta.label_lower) for row in rows] + [page_of(row) for row in rows]
    for page in (content(operator, url) for url in urls):
        assert HOSTILE not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_title_is_shown_without_latex_and_edited_as_received(operator: Client) -> None:
    latex, shown = r"na\"{\i}ve $\times$ a&lt;b", "naïve \u00d7 a&lt;b"
    paper = make.paper(title=unescape(latex))
    listing = make.digest_paper(paper=paper)
    for url in (
        list_of("digests.paper"),
        page_of(listing.digest),
        list_of("newsletter.edition"),
        page_of(make.edition(paper)),
    ):
        page = content(operator, url)
        assert shown in page
        assert r"$\times$" not in page
    form = operator.get(page_of(paper)).context["adminform"].form
    assert form["title"].value() == unescape(latex)
    assert shown in content(operator, page_of(paper))


def test_only_an_address_of_the_web_becomes_a_link() -> None:
    assert 'href="https://example.org"' in outside_link("https://example.org", "a title")
    assert "<a" not in outside_link("javascript:alert(1)", "a title")
    with pytest.raises(IntegrityError, match="paper_links_are_of_the_web"):
        make.paper(url="javascript:alert(1)")


def test_a_paper_can_be_corrected_and_keeps_its_identity(operator: Client) -> None:
    paper = make.paper(title="A Speling Mistake")
    fields = {"title": "A Spelling Mistake", "abstract": "Words.", "url": "https://example.org/1"}
    inlines = {
        f"{name}-{total}_FORMS": 0
        for name in ("topics", "digestpaper_set", "aliases")
        for total in ("TOTAL", "INITIAL")
    }
    authors = "Lovelace, Ada\r\nNoether, Emmy"
    operator.post(page_of(paper), fields | inlines | {"authors": authors})
    corrected = Paper.objects.get()
    assert corrected.title == "A Spelling Mistake"
    assert corrected.aliases.get().value == "aspelingmistake"
    assert corrected.authors == ["Lovelace, Ada", "Noether, Emmy"]


def test_a_paper_can_be_neither_made_nor_deleted(operator: Client) -> None:
    paper = make.paper()
    assert operator.get(reverse("admin:digests_paper_add")).status_code == 403
    assert operator.post(page_of(paper, "delete"), {"post": "yes"}).status_code == 403


def test_a_topic_can_be_withdrawn_and_nothing_else(operator: Client) -> None:
    topic = make.topic(name="Diffusion", rules="owl")
    operator.post(page_of(topic), {"name": "Confusion", "rules": "owl", "seen": "owl"})
    topic.refresh_from_db()
    assert (topic.name, topic.is_offered) == ("Diffusion", False)
    assert operator.post(page_of(topic, "delete"), {"post": "yes"}).status_code == 403


def test_a_source_can_be_added(operator: Client) -> None:
    fields = {"name": "Trending", "slug": "trending", "kind": "page-text", "weekdays": ["0"]}
    schedule = {"poll_times": "06:00", "repoll_days": "0"}
    operator.post(reverse("admin:digests_source_add"), fields | schedule)
    assert Source.objects.get(slug="trending").name == "Trending"


def test_an_edition_lists_its_papers_in_reading_order(operator: Client) -> None:
    first, second, third = make.paper(), make.paper(), make.paper()
    page = content(operator, page_of(make.edition(third, first, second)))
    places = [page.index(page_of(paper)) for paper in (third, first, second)]
    assert places == sorted(places)


def test_an_empty_edition_says_what_it_is_for(operator: Client) -> None:
    empty = make.empty_edition()
    assert "nothing new" in content(operator, list_of("newsletter.edition"))
    assert "None: it tells weekly readers" in content(operator, page_of(empty))


def test_an_edition_lists_two_papers_that_became_one_once(operator: Client) -> None:
    stays, goes = make.paper(), make.paper()
    page = page_of(make.edition(goes, stays))
    merge(goes, into=stays)
    assert content(operator, page).count(page_of(stays)) == 1


@pytest.mark.parametrize(
    ("due", "state", "verdict"),
    [(1, "sent", "balances"), (1, "planned", "open"), (2, "sent", "does not balance")],
)
def test_a_morning_says_whether_it_adds_up(
    due: int, state: str, verdict: str, operator: Client
) -> None:
    make.delivery(state)
    morning = make.morning(due=due)
    for url in (list_of("newsletter.morning"), page_of(morning)):
        page = content(operator, url)
        assert re.search(rf">\s*{verdict}\s*</span>", page)
        assert f"{due} due {'=' if due == 1 else '≠'} " in page


def test_deliveries_are_found_by_state_and_morning(operator: Client) -> None:
    make.delivery("sent")
    failed = make.delivery("failed")
    make.delivery("failed", date=make.DATE - make.ONE_DAY)
    make.morning()
    wanted = {"state": "failed", "date": str(make.DATE)}
    response = operator.get(list_of("newsletter.delivery"), wanted)
    assert [*response.context["cl"].result_list] == [failed]


def test_every_state_has_a_label(operator: Client) -> None:
    for state in Delivery.State.values:
        make.delivery(state)
    for state in Letter.State.values:
        make.letter(state=state)
    for state in State.values:
        make.subscriber(state)
    for model in ("newsletter.delivery", "subscribers.letter", "subscribers.subscriber"):
        assert content(operator, list_of(model))


def test_a_suppression_is_found_by_a_whole_address_only(operator: Client) -> None:
    make.suppression("ada@example.org")
    for typed, found in (("Ada@Example.org", 1), ("ada@example", 0), ("ada", 0), ("", 1)):
        response = operator.get(list_of("subscribers.suppression"), {"q": typed})
        assert len(response.context["cl"].result_list) == found
