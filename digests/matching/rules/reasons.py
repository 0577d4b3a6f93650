"""Choose, of the phrases that speak for a topic, those that tell a reader something."""

from collections.abc import Sequence

# Words are of one family if all but their endings is the same: distilled, distilling, distillation.
# Where that is an error, one reason of several is not shown.
_SHORTEST_STEM, _LONGEST_ENDING = 5, 3


def chosen(keys: Sequence[str], most: int) -> list[str]:
    """Return the first phrases that are no part of another one and add something to earlier ones.

    One adds nothing of which they have said each word, in whatever form: distill after
    distillation. There are at most `most`.
    """
    together = "|".join(f" {key} " for key in keys)
    kept: list[str] = []
    said: list[str] = []
    for key in keys:
        words = key.split()
        is_part = together.count(f" {key} ") > 1
        if not is_part and not all(any(_is_kin(word, it) for it in said) for word in words):
            kept.append(key)
            said += words
        if len(kept) == most:
            break
    return kept


def _is_kin(word: str, other: str) -> bool:
    if not (word.isalpha() and other.isalpha()):
        return word == other  # phi3 is not phi4
    stem = max(_SHORTEST_STEM, min(len(word), len(other)) - _LONGEST_ENDING)
    return word[:stem] == other[:stem]
