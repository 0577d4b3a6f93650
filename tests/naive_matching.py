"""Matching as one would write it first: a regular expression for each spelling of each phrase.

Slow and simple; what it finds is what `digests.matching` must find.
"""

import re
from collections.abc import Iterable, Iterator

from digests.text import tokens

Place = tuple[int, int]
BEGIN, END = r"(?<![^ -])", r"(?![^ -])"


def said_in(title: str, abstract: str) -> str:
    """Return the text that is searched."""
    return f"{tokens(title)} | {tokens(abstract)}"


def places(phrase: str, said: str) -> set[Place]:
    """Return where a phrase of a rule stands."""
    folded = tokens(phrase)
    found = _with_hyphens_open(folded.replace("-", " "), said)
    found |= _with_hyphens_closed(folded.replace("-", " "), said)
    if "-" in folded:
        found |= _with_hyphens_open(folded.lower().replace("-", ""), said)
        found |= _with_hyphens_closed(folded.lower().replace("-", ""), said)
    return found


def counting(
    phrase: str, said: str, context: Iterable[str], unless: Iterable[str], friends: Iterable[str]
) -> set[Place]:
    """Return where a narrowed phrase counts, among false friends of all topics."""
    if context and not any(places(it, said) for it in context):
        return set()
    own = {place for it in unless for place in places(it, said)}
    shared = {place for it in friends for place in places(it, said)}
    return {
        place
        for place in places(phrase, said)
        if not any(_is_within(place, friend) for friend in own)
        and not any(_is_within(place, friend) and place != friend for friend in shared)
    }


def says_own_words(key: str, said: str) -> bool:
    """Tell whether a paper says what a reader typed."""
    words = ["-?".join(map(re.escape, word)) for word in key.lower().split()]
    pattern = "[ -]?".join(f"({word})" for word in words)
    return any(
        all(
            _is_as_typed(word, found.group(number), said, *found.span(number))
            for number, word in enumerate(key.split(), 1)
        )
        for found in _overlapping(f"{BEGIN}{pattern}{END}", said.lower())
    )


def _with_hyphens_open(spelling: str, said: str) -> set[Place]:
    pattern = "[ -]".join(map(re.escape, spelling.lower().split()))
    return {
        found.span(1)
        for found in _overlapping(f"{BEGIN}({pattern}){END}", said.lower())
        if _has_acronyms(spelling, _cut(said, found).replace("-", " "))
    }


def _with_hyphens_closed(spelling: str, said: str) -> set[Place]:
    pattern = " ".join("-?".join(map(re.escape, word)) for word in spelling.lower().split())
    return {
        found.span(1)
        for found in _overlapping(f"(?<![^ ])({pattern})(?![^ ])", said.lower())
        if "-" in found.group(1)
        if _has_acronyms(spelling, _cut(said, found).replace("-", ""))
    }


def _overlapping(pattern: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(f"(?={pattern})", text)


def _cut(said: str, found: re.Match[str]) -> str:
    start, end = found.span(1)
    return said[start:end]


def _has_acronyms(spelling: str, written: str) -> bool:
    pairs = zip(spelling.split(), written.split(), strict=True)
    return all(word == there for word, there in pairs if word.isupper())


def _is_as_typed(word: str, there: str, said: str, start: int, end: int) -> bool:
    """Tell whether an acronym stands alone in capitals, or joined to its neighbours."""
    stands_alone = f" {said} "[start] in " -" and f" {said} "[end + 1] in " -"
    return not word.isupper() or not stands_alone or said[start:end].replace("-", "") == word


def _is_within(place: Place, other: Place) -> bool:
    return other[0] <= place[0] and place[1] <= other[1]
