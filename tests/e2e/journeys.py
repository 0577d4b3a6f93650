"""From the front page to the last mail, as readers go: by mouse or keyboard, large and small."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import factories as make
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from digests.models import Topic
from e2e import audits
from e2e.chromium import DESK, PHONE, visit
from e2e.hands import Hands, Keyboard, Mouse
from e2e.inbox import Inbox, said
from e2e.worlds import ADA, World
from subscribers.models import Subscriber

State = Subscriber.State
TOPIC = "diffusion"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes: with what, on what, and how."""

    name: str
    size: tuple[int, int] = DESK
    hands: Callable[[Page], Hands] = Mouse
    wishes: Any = None


VISITORS = [
    Visitor("desk"),
    Visitor("phone", PHONE),
    Visitor("night", PHONE, wishes={"color_scheme": "dark"}),
    Visitor("keys", hands=Keyboard),
    Visitor("noscript", wishes={"java_script_enabled": False}),
]


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda visitor: visitor.name)
def test_a_reader_signs_up_reads_changes_her_mind_and_leaves(
    world: World, browser: Browser, visitor: Visitor
) -> None:
    inbox = world.inbox(f"{visitor.name}@example.org")
    with visit(browser, world.site, visitor.size, **(visitor.wishes or {})) as page:
        hands = visitor.hands(page)
        sign_up(page, hands, inbox.address)
        world.deliver()
        confirm(page, hands, inbox)
        world.deliver()
        assert papers_in(inbox) > 2
        choose_two_papers(page, hands, inbox)
        some_papers_come()
        world.deliver(timezone.now() + make.ONE_DAY)
        assert papers_in(inbox) == 2
        leave(page, hands, inbox)
        assert reader(inbox).state == State.UNSUBSCRIBED
        come_back(page, hands)
        assert reader(inbox).state == State.ACTIVE


def test_what_a_form_answers_is_accessible(world: World, browser: Browser) -> None:
    inbox = world.inbox("eve@example.org")
    with visit(browser, world.site) as page:
        page.goto("/")
        send_empty(page, "Sign up")
        assert audits.accessibility(page) == []
        sign_up(page, Mouse(page), inbox.address)
        world.deliver()
        confirm(page, Mouse(page), inbox)
        assert audits.accessibility(page) == []
        world.deliver()
        choose_two_papers(page, Mouse(page), inbox)
        assert audits.accessibility(page) == []
        page.get_by_label("Papers in a mail, at most").fill("")
        send_empty(page, "Save")
        assert audits.accessibility(page) == []
        leave(page, Mouse(page), inbox)
        assert audits.accessibility(page) == []


@pytest.mark.parametrize("button", ["No more of this", "Pause for a month"])
def test_what_takes_less_than_leaving_can_be_undone_at_once(
    world: World, browser: Browser, button: str
) -> None:
    her = make.subscriber()
    for key in (TOPIC, "video"):
        make.subscription(subscriber=her, topic=Topic.objects.get(key=key))
    with visit(browser, world.site) as page:
        page.goto(f"/u/{her.unsubscribe_token}")
        page.locator("summary").click()
        page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("No more|Paused"))
        assert audits.accessibility(page) == []
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Undone")
        assert audits.accessibility(page) == []


def test_her_browsers_zone_is_offered_by_the_name_it_has_today(
    world: World, browser: Browser
) -> None:
    her = Subscriber.objects.get(email=ADA.address)
    with visit(browser, world.site, timezone_id="Asia/Calcutta") as page:
        page.goto(f"/me/{her.preferences_token}")
        expect(page.get_by_text("Your browser says Asia/Kolkata.")).to_be_visible()
        page.get_by_role("button", name="Use that").click()
        expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")


def test_a_browser_on_utc_signs_up_for_that(world: World, browser: Browser) -> None:
    with visit(browser, world.site, timezone_id="UTC") as page:
        page.goto("/")
        expect(page.locator("[data-time-zone]")).to_have_text("UTC")
        expect(page.locator("[name=time_zone]")).to_have_value("UTC")


def sign_up(page: Page, hands: Hands, address: str) -> None:
    page.goto("/")
    name = Topic.objects.get(key=TOPIC).name
    section = page.locator("details", has_text=name)
    if not section.evaluate("section => section.open"):
        hands.press(section.locator("summary"))
    hands.press(page.get_by_role("checkbox", name=name, exact=True))
    hands.write(page.get_by_label("e-mail address"), address)
    hands.press(page.get_by_role("button", name="Sign up", exact=True).last)
    expect(page).to_have_url(re.compile("/check-your-mail"))


def confirm(page: Page, hands: Hands, inbox: Inbox) -> None:
    """Follow the link in her letter, and press the button there."""
    page.goto(inbox.link("/confirm/"))
    assert reader(inbox).state == State.PENDING
    hands.press(page.get_by_role("button", name="Yes"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")


def choose_two_papers(page: Page, hands: Hands, inbox: Inbox) -> None:
    """Go to her page from her first mail, and want fewer papers."""
    page.goto(inbox.link(r"/me/[\w-]+$"))
    hands.write(page.get_by_label("Papers in a mail, at most"), "2")
    hands.press(page.get_by_role("button", name="Save", exact=True).last)
    expect(page.get_by_role("status").first).to_contain_text("Your next mail:")


def leave(page: Page, hands: Hands, inbox: Inbox) -> None:
    """Follow the link in her newest mail, and press the one button that counts."""
    page.goto(inbox.link("/u/"))
    hands.press(page.get_by_role("button", name="Unsubscribe", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("You are unsubscribed")


def come_back(page: Page, hands: Hands) -> None:
    hands.press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def send_empty(page: Page, name: str) -> None:
    """Press a button although something is missing: the site answers, not the browser."""
    page.evaluate("() => { for (const form of document.forms) form.noValidate = true }")
    page.get_by_role("button", name=name, exact=True).last.click()
    expect(page.locator(".errorlist").first).to_be_visible()


def reader(inbox: Inbox) -> Subscriber:
    return Subscriber.objects.get(email=inbox.address)


def papers_in(inbox: Inbox) -> int:
    """Return how many papers her newest mail brings."""
    return said(inbox.newest(), "html").count("<h2")


def some_papers_come() -> None:
    for _ in range(3):
        paper = make.paper(first_listed_on=timezone.now().date())
        make.paper_topic(topic=Topic.objects.get(key=TOPIC), paper=paper)
        make.digest_paper(paper=paper)
