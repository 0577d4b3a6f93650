r"""Mathematics within dollars, or \( and \), as text without them."""

import re

from digests.readable.macros import without_groups
from digests.readable.scripts import set_bare_scripts

# As Pandoc takes them: no blank within the dollars, no digit behind them unless a sign of LaTeX
# shows that they hold no money.
_MATH = re.compile(r"\$\$?(?=[^\s$])([^$]{1,400})(?<=[^\s$])\$\$?")
_SURELY_MATH = re.compile(r"[\\^_{}]")
_MONEY = re.compile(r"\s[A-Za-z]{2,}|[.,;:/-]\Z")
_ROUND_MATH = re.compile(r"\\\(((?:[^()\\]|\\[^()]|\([^()\\]{0,200}\)){1,400})\\\)")


def without_dollars(text: str) -> str:
    """Return the text with its mathematics as text; money and shells' variables keep dollars."""
    if "$" in text:
        text = _MATH.sub(_math, text)
    return _ROUND_MATH.sub(lambda found: _as_text(found[1]), text)


def _math(found: re.Match[str]) -> str:
    inside, behind = found[1], found.string[found.end() : found.end() + 1]
    if not _SURELY_MATH.search(inside) and (behind.isalnum() or _MONEY.search(inside)):
        return found[0]
    return _as_text(inside)


def _as_text(inside: str) -> str:
    inside = set_bare_scripts(without_groups(inside))
    return inside.replace("{", "").replace("}", "").strip()
