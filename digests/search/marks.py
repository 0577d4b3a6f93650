"""Show what was found: the part of a text that says most of it, with its words marked.

Texts are escaped piece by piece before a mark is put around one: nothing in a paper is markup.
"""

import re
from collections.abc import Callable, Sequence
from itertools import islice

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from digests.text import fold, words

# "mover's" is one word, as in what was typed.
_WORD = re.compile(r"[^\W_]+(?:(?:[\u0300-\u036f]+|['\u2019](?=[^\W_]))[^\W_]*)*")
SHOWN_WORDS = 45
ELLIPSIS = "\u2026"

# Of the plain words of a text, one after the other, which are wanted.
Wanted = Callable[[Sequence[str]], Sequence[bool]]


def plain(piece: str) -> str:
    """Return a word of a text as it is looked for: without accents, in the singular."""
    return "".join(map(fold, words(piece)))


def words_in(text: str) -> list[str]:
    """Return the plain words of a text."""
    return [plain(piece) for piece in _WORD.findall(text)]


def marked(text: str, wanted: Wanted) -> SafeString:
    """Return a text as markup, with every word that is wanted in a `<mark>`."""
    done, end = [], 0
    for word, is_wanted in zip(_WORD.finditer(text), wanted(words_in(text)), strict=True):
        if is_wanted:
            done += [escape(text[end : word.start()]), format_html("<mark>{}</mark>", word[0])]
            end = word.end()
    return SafeString("".join([*done, escape(text[end:])]))  # every piece of it was escaped


def telling_part(text: str, wanted: Wanted) -> str:
    """Return the words in a row that hold most of what is wanted; the first ones where none do."""
    said = text.split()
    if len(said) <= SHOWN_WORDS:
        return text
    start = _best_start(_hits(said, wanted))
    part = " ".join(said[start : start + SHOWN_WORDS])
    before = f"{ELLIPSIS} " if start else ""
    return before + part + (f" {ELLIPSIS}" if start + SHOWN_WORDS < len(said) else "")


def _hits(said: Sequence[str], wanted: Wanted) -> list[bool]:
    """Tell of each piece between spaces whether a word in it is wanted."""
    are_wanted = iter(wanted(words_in(" ".join(said))))
    return [any([*islice(are_wanted, len(_WORD.findall(piece)))]) for piece in said]


def _best_start(hits: list[bool]) -> int:
    """Return where the first of the best windows begins: the beginning, where it is as good."""
    held = best = sum(hits[:SHOWN_WORDS])
    start = 0
    for place in range(1, len(hits) - SHOWN_WORDS + 1):
        held += hits[place + SHOWN_WORDS - 1] - hits[place - 1]
        if held > best:
            best, start = held, place
    return start
