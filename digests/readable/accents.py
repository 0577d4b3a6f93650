r"""Accents above and below letters: \"{\i}, \'e, \c{C}, \H o, \hat{y}."""

import re
import unicodedata

from digests.readable.tables import ACCENTS

_ACCENTED = re.compile(
    r"""\\(["'`^~=.]|[cvuHkr](?![A-Za-z]))\s{0,9}"""
    r"""(?:\{\s?\\?([A-Za-z])(?:\s?|\{\})\}|\\([ij])(?![A-Za-z])|([A-Za-z])(?!(?<=\\'s)\b))"""
)
_HATTED = re.compile(
    r"(?<![A-Za-z])\\?(hat|tilde|bar|dot|vec)\s{0,9}\{([A-Za-z\u03b1-\u03c9\u03f5])\}"
)


def compose(text: str) -> str:
    """Return the text with accents and their letters as one character, where there is such."""
    text = _ACCENTED.sub(lambda found: _composed(found, found[2] or found[3] or found[4]), text)
    return _HATTED.sub(lambda found: _composed(found, found[2]), text) if "{" in text else text


def _composed(found: re.Match[str], letter: str) -> str:
    composed = unicodedata.normalize("NFC", letter + ACCENTS[found[1]])
    return composed if len(composed) == 1 else found[0]
