"""Take the pictures in docs/images: `make pictures`.

They show the site and its mails on one morning that is always the same: the one of the newest
sample. Nothing of this installation is in them. It is a test as well: no picture may be large.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import time_machine
from playwright.sync_api import Browser, Page

from digests.models import Paper
from e2e import pages, png
from e2e.chromium import DESK, PHONE
from e2e.inbox import said
from e2e.worlds import ADA, World

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MORNING = dt.datetime(2026, 3, 18, 7, 30, tzinfo=dt.UTC)
LARGEST = 150_000  # bytes: people read the README on trains
COLUMN = (720, 1000)  # as wide as a mail program's reading pane
SHARP = 1.5  # pixels of a picture for one of the page


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown, how large, and by which light."""

    name: str
    shows: Callable[[Page, World], object]
    size: tuple[int, int] = DESK
    scheme: Literal["light", "dark"] = "light"


def mail(page: Page, world: World) -> None:
    """Show the first edition of a reader, as her mail program does."""
    page.set_content(said(world.inbox(ADA.address).newest(), "html"))


def site(name: str) -> Callable[[Page, World], object]:
    """Show a page of the site."""
    return lambda page, world: page.goto(world.site + pages.address(world, name))


def paper(page: Page, world: World) -> None:
    """Show the paper that all three days list, so that its votes have grown."""
    found = Paper.objects.get(title__startswith="Direct Preference Optimization")
    page.goto(world.site + found.get_absolute_url())


FRONT = site("the front page with topics ticked")
PICTURES = (
    Picture("mail", mail, COLUMN),
    Picture("mail-dark", mail, COLUMN, "dark"),
    Picture("mail-phone", mail, PHONE),
    Picture("front", FRONT),
    Picture("front-dark", FRONT, scheme="dark"),
    Picture("front-phone", FRONT, PHONE),
    Picture("paper", paper),
    Picture("unsubscribe", site("unsubscribe"), PHONE),
)


@pytest.fixture(scope="session", autouse=True)
def _morning() -> Iterator[None]:
    with time_machine.travel(MORNING):
        yield


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_small(shared_world: World, browser: Browser, picture: Picture) -> None:
    content = _taken(browser, shared_world, picture)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{picture.name}.png").write_bytes(content)
    assert len(content) < LARGEST


def _taken(browser: Browser, world: World, picture: Picture) -> bytes:
    width, height = picture.size
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=SHARP,
        color_scheme=picture.scheme,
        locale="en-GB",
        timezone_id="Europe/London",
    )
    picture.shows(page, world)
    shot = page.screenshot(animations="disabled", caret="hide")
    page.goto("about:blank")
    content = png.small(page, shot)
    page.context.close()
    return content
