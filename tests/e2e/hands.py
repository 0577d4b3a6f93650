"""How a reader uses a page. Both find things by what they are and how they are called."""

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 300
# Whether the focused element is ours, and can be seen to have the focus.
IS_FOCUSED = "element => element === document.activeElement"
SHOWS_FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.width > 1 && box.height > 1;
  return element === document.body || (outlined && inside) ? "" : element.outerHTML.slice(0, 200);
}"""


class Hands(Protocol):
    """Uses what a page offers."""

    def press(self, thing: Locator) -> None:
        """Press a button, follow a link, or tick a box."""

    def write(self, field: Locator, text: str) -> None:
        """Write into a field, in place of what is there."""


class Mouse:
    """Uses a page as most do."""

    def __init__(self, page: Page) -> None:
        """Need no page: what it clicks knows its own."""

    def press(self, thing: Locator) -> None:
        """Click."""
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        """Click and type."""
        field.fill(text)


class Keyboard:
    """Uses a page with nothing but keys, and sees at every step where she is.

    Raises:
        AssertionError: where something cannot be reached, or the focus cannot be seen.

    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, thing: Locator) -> None:
        """Go there; a box is ticked with the space bar, all else obeys Enter."""
        self._go_to(thing)
        self._page.keyboard.press("Space" if thing.get_attribute("type") == "checkbox" else "Enter")

    def write(self, field: Locator, text: str) -> None:
        """Go there, and type over what is there."""
        self._go_to(field)
        self._page.keyboard.press("Control+A")
        self._page.keyboard.type(text)

    def _go_to(self, thing: Locator) -> None:
        for _ in range(MOST_TABS):
            if thing.evaluate(IS_FOCUSED):
                return
            self._page.keyboard.press("Tab")
            unseen = self._page.evaluate(SHOWS_FOCUS)
            assert not unseen, f"the focus cannot be seen on {unseen}"
        raise AssertionError(f"{thing} cannot be reached by keyboard")
