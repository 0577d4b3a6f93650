"""Whether every word stands out from what is behind it, by day and by night (WCAG 2.2, 1.4.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from mail_linter import style
from mail_linter.document import Node
from mail_linter.mail import Mail

LEAST = 4.5  # of words of any size: large ones would get by with 3
LIGHT, DARK = "light", "dark"
# What programs begin with.
CANVAS = {LIGHT: ("#000000", "#ffffff"), DARK: ("#ffffff", "#000000")}
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_NAMED = {"white": "#ffffff", "black": "#000000"}
_UNSHOWN = {"head", "title", "style"}


def lint(mail: Mail) -> Iterator[str]:
    """Find words that are hard to read, and links whose colour is left to the program."""
    dark = [rule for rule in style.rules(mail.document) if "scheme: dark" in rule.media]
    if not dark:
        yield "its style sheet has nothing for the dark"
    for scheme, rules in ((LIGHT, ()), (DARK, dark)):
        for body in mail.document.all("body"):
            yield from _below(body, scheme, rules, CANVAS[scheme])


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _below(
    node: Node, scheme: str, rules: Sequence[style.Rule], around: tuple[str, str]
) -> Iterator[str]:
    """Look at an element's own words, then at the elements in it."""
    said = _computed(node, rules)
    if node.tag in _UNSHOWN or said.get("display") == "none":
        return
    if node.tag == "a" and "color" not in said:
        yield f"{node} leaves its colour to the program"
    words = colour(said.get("color", "")) or around[0]
    behind = _background(node, said) or around[1]
    spoken = [held for held in node.held if isinstance(held, str) and held.strip()]
    if spoken and ratio(words, behind) < LEAST:
        found = f"{words} on {behind} is {ratio(words, behind):.1f}:1"
        yield f"{node} is hard to read in the {scheme}: {found}"
    for held in node.held:
        if isinstance(held, Node):
            yield from _below(held, scheme, rules, (words, behind))


def colour(value: str) -> str:
    """Return the colour in a value as #rrggbb; empty where there is none."""
    if found := _HEX.search(value):
        digits = found[0][1:].lower()
        return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
    return next((_NAMED[word] for word in value.lower().split() if word in _NAMED), "")


def _background(node: Node, said: Mapping[str, str]) -> str:
    for value in (said.get("background-color"), said.get("background")):
        if value and (found := colour(value)):
            return found
    return colour(node.attributes.get("bgcolor", ""))


def _computed(node: Node, rules: Sequence[style.Rule]) -> dict[str, str]:
    """Return what holds for an element: its attribute, then what is !important, best known last."""
    said = style.inline(node)
    for rule in sorted(rules, key=lambda rule: _specificity(rule.selector)):
        if style.finds(rule.selector, node):
            important = {name: value for name, value in rule.says.items() if "!important" in value}
            if "background" in important or "background-color" in important:
                said = {name: it for name, it in said.items() if not name.startswith("background")}
            said |= important
    return said


def _specificity(selector: str) -> tuple[int, int]:
    parts = [part.split(".") for part in selector.split()]
    return sum(len(part) - 1 for part in parts), sum(bool(part[0]) for part in parts)
