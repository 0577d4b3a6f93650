"""Shorten an abstract so that nobody notices: at the end of a sentence, else between two words."""

import re

# A full stop after one of these ends no sentence.
ABBREVIATIONS = ("al", "e.g", "i.e", "etc", "vs", "cf", "fig", "eq", "sec", "resp", "approx", "no")
SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(?=\s+[^\sa-z])")
# Between two words; or after a Chinese or Japanese sign, or an emoji, which need no space.
WORD_END = re.compile(r"\s|(?<=[\u2e80-\u9fff\uf900-\ufaff\U0001f000-\U0010ffff])")
# A sentence end in the first half would throw away more than the reader's eye forgives.
LEAST_KEPT = 0.5
ELLIPSIS = " …"


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters of `text` (which is one line), marked where it was cut."""
    if len(text) <= limit:
        return text
    ends = [end for end in _sentence_ends(text, limit - len(ELLIPSIS)) if end >= limit * LEAST_KEPT]
    if ends:
        return text[: ends[-1]] + ELLIPSIS
    head = text[: max(limit - len(ELLIPSIS), 0)]
    word_ends = [match.start() for match in WORD_END.finditer(head)] or [len(head)]
    words = head[: word_ends[-1]].rstrip(" ,;:(")
    return words + ELLIPSIS if words else ""


def _sentence_ends(text: str, limit: int) -> list[int]:
    """Return where sentences end within the first `limit` characters."""
    ends = (match for match in SENTENCE_END.finditer(text) if match.end() <= limit)
    return [match.end() for match in ends if not _is_abbreviation(text[: match.start()])]


def _is_abbreviation(before: str) -> bool:
    """Tell whether the full stop after `before` belongs to a word or an initial."""
    word = re.split(r"[\s(]", before)[-1].lower()
    return word in ABBREVIATIONS or len(word) == 1
