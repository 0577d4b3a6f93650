"""The text of papers, in the shapes the rest of the project needs.

`clean` is what may be stored, `tokens` (word by word: `words` and `token`) what phrases are
matched on, `title_key` what two listings of one title share. All are pure, and none ever raises.
"""

import re
import unicodedata
from functools import lru_cache

_STYLES = (
    "text(?:it|bf|sc|tt|rm|sf|sl|up|normal)?|emph|underline|url|mbox|operatorname"
    "|math(?:cal|bf|bb|rm|it|sf|tt|frak|scr)|boldsymbol|bm"
)
# Pages lose backslashes, so a style is also one without it, but then only in front of its brace.
_STYLE = re.compile(rf"(?:\\(?:{_STYLES})\b|\b(?:{_STYLES})(?=\{{))\s*")
_SWITCH = re.compile(r"\\(?:bf|it|em|rm|sc|tt|sf|left|right|displaystyle)\b\s*")
_ACCENT = re.compile(r"""\\(?:["'`^~=.]\s*|[vcuHkr](?=\{))\{?\\?([A-Za-z])\}?""")
_DOT_IN_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")

_ACCENT_MARKS = dict.fromkeys(range(0x0300, 0x0370))
_HYPHENS = frozenset("-\u2010\u2011")
# A line's end, or a list as in `pre- and post-training`, may part a word behind its hyphen. One
# after a space is a dash, and one before a space and a capital belongs to a name of its own.
# Both begin with the hyphen itself, which is looked for much faster than what stands before it.
_BROKEN = re.compile(r"-(?<=[^\W\d_]-)\s+(?=[a-z])")
_LOOSE = re.compile(r"-(?:-+|(?<!\S-)|(?!\S))")  # -- is LaTeX's dash: Navier--Stokes
_GLUE = frozenset("\\{}^_$'\u2019")  # within a word: `Ma$^2$mba`, `model's`
_PART_OF_NAMES = frozenset("+#")  # C++, C#, DiT+
# Before NFKC, which would make an l of the last one.
_SPOKEN = str.maketrans({"\u00d7": "times", "\u2207": "nabla", "\u221e": "infty", "\u2113": "ell"})
_SINGULAR_IN_S = ("ss", "us", "is", "bias", "alias", "atlas", "canvas", "lens")
_PLURAL_BY_ES = ("sses", "shes", "ches", "xes", "iases", "lenses")
_LONGEST_ACRONYM = 6
_SHORTEST_PLURAL = 4  # letters: GANs and VAEs have a plural, gas and its do not


def _as_word_part(char: str) -> str:
    """Return what a character adds to a word: itself, its name, nothing, or the word's end."""
    category, name = unicodedata.category(char), unicodedata.name(char, "")
    if char in _HYPHENS:
        return "-"
    if char in _GLUE or category == "Cf":
        return ""
    if " LETTER " in name and name.startswith("GREEK "):
        # As LaTeX says it: φ, $\phi$ and phi are one word.
        return name.rsplit(" ", 1)[1].lower()
    return char if char in _PART_OF_NAMES or category[0] in "LMN" else " "


class _WordParts(dict[int, str]):
    """A table for `str.translate` that works out each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        self[code] = part = _as_word_part(chr(code))
        return part


_WORD_PARTS = _WordParts()


def _unaccented(text: str) -> str:
    """Return the text in NFKC without accents: naïve becomes naive, ² becomes 2."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_SPOKEN))
    return unicodedata.normalize("NFKC", apart.translate(_ACCENT_MARKS))


def without_latex(text: str) -> str:
    """Drop LaTeX's styles and accents; other macros are words (times, alpha) and stay."""
    if "\\" not in text and "{" not in text:
        return text
    text = _ACCENT.sub(r"\1", text)
    return _SWITCH.sub("", _STYLE.sub("", text))


def compounds(text: str) -> list[str]:
    """Split a text into words as they were written, without LaTeX, accents and punctuation.

    The hyphens within words stay: `pre-training` is one. So do those of words that a line's end
    parted behind one, as it cannot be told whose the hyphen was: `diffu- sion` gives `diffu-sion`.
    """
    text = _unaccented(without_latex(text)).translate(_WORD_PARTS)
    if "-" in text:
        text = _LOOSE.sub(" ", _BROKEN.sub("-", text))
    return text.split()


def words(text: str) -> list[str]:
    """Split a text into words as `compounds` does, and these at their hyphens.

    So `state-space` and `state space` are the same two.
    """
    return " ".join(compounds(text)).replace("-", " ").split()


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Return a word of `words` in lower case and, by simple English rules, in the singular."""
    word = word.casefold().lower()  # Cherokee's is folded to capitals
    if len(word) < _SHORTEST_PLURAL or word.endswith(_SINGULAR_IN_S):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(_PLURAL_BY_ES) and word != "caches":
        return word[:-2]
    return word.removesuffix("s")


@lru_cache(maxsize=1 << 16)
def token(compound: str) -> str:
    """Return a word of `compounds` as phrases match on it: folded, but acronyms in capitals.

    An acronym has two to six letters, all capitals but for its plural: GAN, GANs.
    """
    if "-" in compound:
        return "-".join(map(token, compound.split("-")))
    stem = compound.removesuffix("s")
    is_acronym = stem.isupper() and stem.isalpha() and stem.isascii()
    if is_acronym and 1 < len(stem) <= _LONGEST_ACRONYM:
        return fold(stem).upper()
    return fold(compound)


def tokens(text: str) -> str:
    """Return the tokens of a text with one space between them."""
    return " ".join(map(token, compounds(text)))


def title_key(title: str) -> str:
    """Return the key that two listings of the same title share, however each was typeset.

    Exact, never fuzzy: letters, digits, `+`, `#` and points within numbers all count.
    A title without any of them has the key "", which identifies nothing.
    """
    numbered = _DOT_IN_NUMBER.sub("dot", title)
    return "".join(words(numbered)).casefold()


def _code_points(*ranges: tuple[int, int]) -> list[int]:
    return [code for first, last in ranges for code in range(first, last + 1)]


_CONTROLS = _code_points((0x00, 0x1F), (0x7F, 0x9F))
_LONE_SURROGATES = _code_points((0xD800, 0xDFFF))
_NOT_OF_XML = [0xFFFE, 0xFFFF]  # XML 1.0, section 2.2
_BIDI_CONTROLS = _code_points((0x202A, 0x202E), (0x2066, 0x2069))
_UNSTORABLE = dict.fromkeys(_LONE_SURROGATES + _NOT_OF_XML + _BIDI_CONTROLS, "") | {
    code: " " if chr(code).isspace() else "" for code in _CONTROLS
}


def clean(text: str) -> str:
    """Return the text as it may be stored and shown: one line, nothing invisible that harms.

    PostgreSQL refuses NUL, UTF-8 lone surrogates, XML some others, and bidi overrides can turn a
    line of a mail around. Everything else (`a<b`, `<think>`) is the author's and stays.
    """
    return " ".join(text.translate(_UNSTORABLE).split())
