"""The look of the pages for the mails: tokens.css and mail.css, read.

A mail program knows no CSS variables and hardly a style sheet: mails carry the values themselves,
in style attributes. Nor does it know where a line starts: left in most languages, right in some.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHEETS = Path(__file__).with_name("static") / "paperboy"
TOKENS, MAIL = SHEETS / "tokens.css", SHEETS / "mail.css"
PIXELS_PER_REM = 16  # what browsers start from; mail programs know pixels best
_BLOCK = re.compile(r":root\s*\{([^}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_REM = re.compile(r"([\d.]+)rem")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_USE = re.compile(r"var\(--([\w-]+)\)")
_SIDE = re.compile(r"(?<=-)inline-(start|end)|(?<=text-align: )(start|end)")


@dataclass(frozen=True, slots=True)
class Look:
    """Token -> value, in daylight; and the tokens that differ in the dark."""

    light: dict[str, str]
    dark: dict[str, str]


@dataclass(frozen=True, slots=True)
class MailSheet:
    """The mails' style sheet: rules for style attributes, and those that only a sheet can give."""

    attributes: str
    sheet: str


@cache
def look() -> Look:
    """Return the tokens; a ValueError says that tokens.css lacks one of its two blocks."""
    light, dark = (
        {name: _in_pixels(value) for name, value in _TOKEN.findall(block)}
        for block in _BLOCK.findall(TOKENS.read_text(encoding="utf-8"))
    )
    return Look(light, dark)


@cache
def mail_sheet(*, is_rtl: bool) -> MailSheet:
    """Return the style sheet of mails that run from left to right, or from right to left.

    A KeyError names a token that there is not.
    """
    rules = _COMMENT.sub("", MAIL.read_text(encoding="utf-8"))
    attributes, media, dark = rules.partition("@media")
    attributes = _sided(attributes, is_rtl=is_rtl)
    return MailSheet(_valued(attributes, look().light), media + _valued(dark, look().dark))


def _sided(rules: str, *, is_rtl: bool) -> str:
    """Say left and right where a sheet says start and end."""
    sides = {"start": "right", "end": "left"} if is_rtl else {"start": "left", "end": "right"}
    return _SIDE.sub(lambda side: sides[side[1] or side[2]], rules)


def _valued(rules: str, tokens: dict[str, str]) -> str:
    return _USE.sub(lambda use: tokens[use[1]], rules)


def _in_pixels(value: str) -> str:
    return _REM.sub(lambda rem: f"{float(rem[1]) * PIXELS_PER_REM:g}px", value)
