"""What a misspelt word was meant to be: the nearest of the words that papers use."""

from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # letters: any three are near some word
LONG = 7
MOST_LETTERS = 40


def meant(words: Iterable[str], counts: Mapping[str, int]) -> dict[str, str]:
    """Return what each of these words that is not known was probably meant to be.

    One letter may be wrong, missing, too many, or in its neighbour's place; two in a long word. Of
    words that are equally near, the most common is meant.
    """
    found = {word: _nearest(word, counts) for word in words if word not in counts}
    return {word: near for word, near in found.items() if near}


def _nearest(word: str, counts: Mapping[str, int]) -> str:
    if not SHORTEST <= len(word) <= MOST_LETTERS:
        return ""
    most = 2 if len(word) >= LONG else 1
    near = process.extract(word, counts.keys(), scorer=OSA.distance, score_cutoff=most, limit=50)
    best = min(near, key=lambda it: (it[1], -counts[it[0]]), default=("", 0, 0))
    return best[0]
