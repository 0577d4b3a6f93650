"""Every page, by the measures of `audits`: in the light and the dark, on a phone and on a desk."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from e2e import audits
from e2e.chromium import DESK, PHONE, visit
from e2e.pages import PAGES, address, unlisted
from e2e.worlds import World

every_page = pytest.mark.parametrize("name", PAGES)
Scheme = Literal["light", "dark"]


def opened(world: World, page: Page, name: str) -> None:
    """Open a page, which answers with the status that its name tells."""
    response = page.goto(address(world, name))
    assert response
    assert response.status == (int(name[:3]) if name[0].isdigit() else 200)


def look(page: Page, size: tuple[int, int], scheme: Scheme) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme)


@every_page
def test_axe_finds_nothing(world: World, browser: Browser, name: str) -> None:
    with visit(browser, world.site) as page:
        opened(world, page, name)
        for size in (PHONE, DESK):
            for scheme in ("light", "dark"):
                look(page, size, scheme)
                assert audits.accessibility(page) == [], (size, scheme)


@every_page
def test_a_page_costs_its_reader_little(world: World, browser: Browser, name: str) -> None:
    with visit(browser, world.site, PHONE) as page:
        page.add_init_script(audits.OBSERVE)
        opened(world, page, name)
        assert audits.budget(page) == []


@every_page
def test_a_page_fits_a_thumb_and_a_narrow_window(world: World, browser: Browser, name: str) -> None:
    with visit(browser, world.site, PHONE) as page:
        opened(world, page, name)
        assert audits.fit(page) == []
        page.set_viewport_size({"width": audits.NARROWEST, "height": 640})
        assert page.evaluate(audits.OVERFLOW) == 0


def test_no_page_is_left_out(world: World) -> None:
    assert unlisted(world) == set()
