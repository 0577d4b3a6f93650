"""The look of the pages for the mails: tokens.css, read.

A mail program knows no CSS variables and hardly a style sheet: mails carry the values themselves.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).with_name("static") / "paperboy" / "tokens.css"
PIXELS_PER_REM = 16  # what browsers start from; mail programs know pixels best
_BLOCK = re.compile(r":root\s*\{([^}]*)\}")
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_REM = re.compile(r"([\d.]+)rem")


@dataclass(frozen=True, slots=True)
class Look:
    """Token -> value, in daylight; and the tokens that differ in the dark."""

    light: dict[str, str]
    dark: dict[str, str]


@cache
def look() -> Look:
    """Return the tokens; a ValueError says that tokens.css lacks one of its two blocks."""
    light, dark = (
        {name: _in_pixels(value) for name, value in _TOKEN.findall(block)}
        for block in _BLOCK.findall(TOKENS.read_text(encoding="utf-8"))
    )
    return Look(light, dark)


def _in_pixels(value: str) -> str:
    return _REM.sub(lambda rem: f"{float(rem[1]) * PIXELS_PER_REM:g}px", value)
