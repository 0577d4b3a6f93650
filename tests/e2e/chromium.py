"""The browser: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

NAMES = ("chromium", "chromium-browser")
MISSING = "There is no Chromium on PATH. On Debian or Ubuntu: apt install chromium"
PHONE, DESK = (390, 844), (1280, 900)
PATIENCE = 5_000  # milliseconds
# Whatever is not this machine does not exist.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Reported by the browser itself for a page that is an error; `Watch` looks at the rest.
FAILED_TO_LOAD = "Failed to load resource"


def executable() -> str:
    """Return the path of the browser; empty where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), "")


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a browser until the block ends."""
    # Playwright runs a loop in this thread, in which Django would forbid queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable(), args=[ALONE])
        yield running
        running.close()


class Watch:
    """Hears what pages complain of, what fails to load, and whom they ask besides us."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.faults: list[str] = []
        self._site = site
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(f"a script failed: {error.error}"))
        context.on("request", self._see)
        context.on("response", self._weigh)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(FAILED_TO_LOAD):
            self.faults.append(f"the console says: {message.text}")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site}/", "data:")):
            self.faults.append(f"somebody else is asked: {request.url}")

    def _weigh(self, response: Response) -> None:
        """Note what is missing or broken; a whole page that is, its visitor sees herself."""
        if response.status >= 400 and not response.request.is_navigation_request():
            self.faults.append(f"{response.url} answers {response.status}")


@contextmanager
def visit(
    browser: Browser, site: str, size: tuple[int, int] = DESK, **wishes: Any
) -> Iterator[Page]:
    """Open an empty tab of a new visitor; when she leaves, no page may have complained.

    Raises:
        AssertionError: where one did.

    """
    width, height = size
    usual = {"locale": "en-GB", "timezone_id": "Europe/Berlin"}
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=site, **(usual | wishes)
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, site)
    yield context.new_page()
    context.close()
    assert watch.faults == []
