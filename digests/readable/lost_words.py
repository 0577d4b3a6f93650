"""Words that were macros before a page lost their backslash: "2-5times fewer", "sim50%", "ell_1".

Each is mended only where nothing else could stand: "5 times" and "sim2real" are words.
"""

import re

from digests.readable.tables import SYMBOLS

# What each group of the expression below stands for.
SAID = {
    "times": "\u00d7",
    "between": "\u223c",  # not "~", which would be a tie when read again
    "sim": "\u223c",
    "approx": "≈",
    "leq": "≤",
    "geq": "≥",
    "pm": "±",
    "rightarrow": "→",
    "infty": "∞",
    "ell": "\u2113",
    "nabla": "∇",
}
_LOST_WORDS = re.compile(
    # Between digits, or capitals, or at the end of a number: 2times3, LLMtimesMapReduce, 5times
    r"(?:(?<=[0-9])times(?![a-z])|(?<=[A-Z])times(?=[A-Z]))(?P<times>)"
    r"|(?<=[0-9])(?P<between>sim)(?=[0-9])"
    # Before an amount: sim50%, approx39K, leq2times
    r"|(?<![A-Za-z\\])(?:(?P<sim>sim)|(?P<approx>approx)|(?P<leq>leq)|(?P<geq>geq))"
    r"(?=[0-9][0-9.,]*(?:\\?%|[KMBk]?(?![A-Za-z0-9])|times))"
    # Before a deviation: 69.8 pm 0.5, but 5 pm is a time
    r"|(?<=[0-9] )(?P<pm>pm)(?= [0-9]+\.[0-9])"
    # No words at all
    r"|(?<![A-Za-z\\])(?:(?P<rightarrow>rightarrow)|(?P<infty>infty))(?![A-Za-z])"
    r"|(?<![A-Za-z\\])(?:(?P<ell>ell)(?=[_^])|(?P<nabla>nabla)(?=[_^{]))"
)
_GREEK_POWER = re.compile(
    r"(?<![A-Za-z\\])(alpha|beta|gamma|delta|epsilon|lambda|mu|nu|pi|rho|sigma|tau|phi|chi|psi)"
    r"(?=[\^²³])"
)

# Words are sought one by one: faster than one expression that tries them all everywhere.
_RARE_WORDS = ("rightarrow", "infty", "approx", " pm ", "leq", "geq", "ell_", "nabla")
_GLUED_WORDS = {"times": re.compile(r"[0-9A-Z]times"), "sim": re.compile(r"sim[0-9]")}


def may_stand_in(text: str) -> bool:
    """Tell, quickly, whether the text could hold such a word."""
    if any(word in text for word in _RARE_WORDS):
        return True
    return any(word in text and glued.search(text) for word, glued in _GLUED_WORDS.items())


def mended(text: str) -> str:
    """Return the text with what such words said."""
    text = _LOST_WORDS.sub(lambda word: SAID[word.lastgroup or ""], text)
    return _GREEK_POWER.sub(lambda word: SYMBOLS[word[1]], text) if "^" in text else text
