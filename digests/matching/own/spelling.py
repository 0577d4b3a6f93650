"""What readers typed, as it is shown to all who choose the same.

Many spellings have one key and so one row, whose name is the first reader's. It may differ from
the others' by no sign that the key does not know: else she could write what she likes to all of
them, in symbols or stacked accents, or make a link of two words with a dot.
"""

import re
import unicodedata

from digests.text import without_latex, words

_LOOSE_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
# GPT-4.5, R&D, A/B, Bayes' theorem, J.-B. Mouret. A dot stands between digits or after an initial
# only: mail programs link what looks like a host.
_FIT = re.compile(
    r"(?<=[^\W_])(?:['\u2019]|(?:[-\u2010\u2011&/]|\.-)(?=[^\W_]))"
    r"|(?<=\d)\.(?=\d)"
    r"|(?<=\b[^\W\d_])\.(?=[\s-]|[^\W\d_]\b|$)"
)


def spelled(name: str) -> str:
    """Return a name as it was typed, but for signs that mean nothing where it is looked for."""
    text = unicodedata.normalize("NFC", without_latex(name)).translate(_LOOSE_ACCENTS)
    text = "".join(sign for sign in text if sign in "'\u2019" or not _is_nothing(sign))
    fit = {place for found in _FIT.finditer(text) for place in range(*found.span())}
    shown = (sign if place in fit else _shown(sign) for place, sign in enumerate(text))
    return " ".join("".join(shown).split())


def _shown(sign: str) -> str:
    """Return a sign of words, nothing for one within them, a space for one between them."""
    if words(sign):
        return sign
    return "" if _is_nothing(sign) else " "


def _is_nothing(sign: str) -> bool:
    return words(f"a{sign}a") == ["aa"]
