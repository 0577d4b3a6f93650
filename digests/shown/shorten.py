"""Shorten an abstract so that nobody notices: at the end of a sentence, else between two words.

Never within a formula: not between its dollars, and not beside a sign that binds what stands around
it, so that "with p = 0.05" stays whole or goes. Whole sentences go without a mark of what is left
out; where one is cut, the mark stays on the line of its last word.
"""

import re

# A full stop after one of these ends no sentence: "et al.", "e.g.", an initial.
ABBREVIATION = re.compile(
    r"""
      al | approx | cf | ch | def | dr | eqn?s? | etc | figs? | lem | mrs? | ms | nos? | pp | prof
    | prop | refs? | resp | sect? | st | tab | thm | viz | vol | vs
    | (?: [^\W\d_] \. )+ [^\W\d_]
    | .
    """,
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE_END = re.compile(
    r"""[.!?]["'\u201d\u2019)\]]*(?=\s+[^\sa-z])"""
    r"|[\u3002\uff01\uff1f][\u300d\u300f\u201d\uff09]*"  # the same in Chinese
)
# Between two words; or after a Chinese or Japanese sign, or an emoji, which need no space. But an
# emoji may go on: with a joiner, a variation selector or the tone of a skin (Unicode TR 51).
WORD_END = re.compile(
    r"\s|(?<=[\u2e80-\u9fff\uf900-\ufaff\U0001f000-\U0010ffff])"
    r"(?![\u200d\ufe0f\U0001f3fb-\U0001f3ff])"
)
# What binds the words on both sides of it: operators, relations and arrows.
BOND = (
    r"[-+*/=<>|^~\u00d7\u00b7\u00f7\u00b1\u2213"
    r"\u2190-\u21ff\u2200-\u22ff\u27c0-\u27ff\u2a00-\u2aff]+"
)
# Formulas and short brackets, and what is around a bond: a cut falls before or after them.
WHOLE = re.compile(
    rf"""
      (?<=\$) [^\s$] (?:[^$]{{0,200}}[^\s$])? \$ (?!\d)
    | (?<=[(\[{{]) [^()\[\]{{}}]{{1,60}} [)\]}}]
    | \s {BOND} (?=\s) .
    """,
    re.VERBOSE,
)
# A sentence end before it would throw away more than the reader's eye forgives.
LEAST_KEPT = 0.35
ELLIPSIS = "\N{NO-BREAK SPACE}…"


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text`, which is one line: sentences, or one cut in two.

    Where nothing is said in them, as by commas, the mark of the cut is left.
    """
    if len(text) <= limit:
        return text
    closed = [range(*match.span()) for match in WHOLE.finditer(text[: 2 * limit])]
    ends = [end for end in _sentence_ends(text, limit) if end >= limit * LEAST_KEPT]
    if end := max(_open(ends, closed), default=0):
        return text[:end]
    room = max(limit - len(ELLIPSIS), 0)
    found = WORD_END.finditer(text[: room + 1])  # with the character that would be cut off
    words = [match.start() for match in found if match.start() <= room]
    end = max(_open(words, closed), default=0) or max(words, default=room)
    head = text[:end].rstrip(" ,;:(")
    return (head + ELLIPSIS if head else ELLIPSIS.strip())[:limit]


def _sentence_ends(text: str, limit: int) -> list[int]:
    """Return where sentences end within the first `limit` characters."""
    ends = (match for match in SENTENCE_END.finditer(text) if match.end() <= limit)
    return [match.end() for match in ends if not _is_abbreviation(text[: match.start()])]


def _is_abbreviation(before: str) -> bool:
    """Tell whether the full stop after `before` belongs to a word or an initial."""
    return bool(ABBREVIATION.fullmatch(re.split(r"[\s(\[]", before)[-1]))


def _open(ends: list[int], closed: list[range]) -> list[int]:
    """Return the places at which the text may be cut."""
    return [end for end in ends if not any(end in it for it in closed)]
