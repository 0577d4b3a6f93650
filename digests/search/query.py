"""What somebody typed into the search field, read.

    gaussian splatting        both words
    "large language model"    in this order, side by side
    robots -survey            without this word
    gan or vae                either
    pre-training              as two words or as one, however it is written there

Case, accents, LaTeX and plurals make no difference: both sides go through `digests.text.tokens`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from digests.text import compounds, token, without_latex

LONGEST = 200  # characters: titles have some 80
MOST_TERMS = 16
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'})
_PIECE = re.compile(r"""(?P<no>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))""")
_OR = frozenset({"or", "|"})
# What one writer joins to a word, another by a hyphen, and a third leaves alone; and words that are
# joined to others as well, though two of them side by side may be just that.
_PREFIXES = """
    anti auto bi co counter cross hyper inter intra meta micro mini mis multi neuro non para post
    pre pseudo re self semi spatio sub super tele tri ultra un
"""
_FIRST_WORDS = """
    data end few fine high image large long low off on one open out over real text token under
    video zero
"""
_OFTEN_APART = frozenset(_PREFIXES.split())
_FIRST_PARTS = _OFTEN_APART.union(_FIRST_WORDS.split())
_SHORTEST_REST = 3  # letters: `recall` is no re-call, but both together are still few papers


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side, as they were typed, or one of them alone."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_quoted: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways in which papers may write it, without hyphens, as `tokens` has words."""
        said = " ".join(map(token, self.words))
        ways = [said.replace("-", " "), said.replace("-", "")]
        if not self.is_quoted and "-" not in said:
            ways += _apart(said)
        return tuple(dict.fromkeys(ways))

    def __str__(self) -> str:
        said = " ".join(self.words)
        return f"{'-' * self.is_excluded}" + (f'"{said}"' if self.is_quoted else said)


@dataclass(frozen=True, slots=True)
class Query:
    """Alternatives, of each of which all terms are wanted. False where nothing is asked for."""

    alternatives: tuple[tuple[Term, ...], ...] = ()

    @property
    def wanted(self) -> list[Term]:
        """The terms that papers are to have."""
        return [term for terms in self.alternatives for term in terms if not term.is_excluded]

    @property
    def unfinished(self) -> str:
        """The last word, if more letters of it may be meant to come; else ""."""
        last = self.alternatives[-1][-1] if self else None
        if last is None or last.is_excluded or last.is_quoted:
            return ""
        return token(last.words[-1]).split("-")[-1]

    def spelled(self, meant: Mapping[str, str]) -> "Query":
        """Return the query with words that are meant in the place of those that were typed."""
        return Query(
            tuple(
                tuple(replace(it, words=tuple(_spelled(it.words, meant))) for it in terms)
                for terms in self.alternatives
            )
        )

    def __bool__(self) -> bool:
        return bool(self.alternatives)

    def __str__(self) -> str:
        return " or ".join(" ".join(map(str, terms)) for terms in self.alternatives)


def parse(typed: str) -> Query:
    """Read what somebody typed; nothing is wrong, and what says nothing is left out."""
    alternatives: list[list[Term]] = [[]]
    for term in _terms(without_latex(typed[:LONGEST]).translate(_QUOTES)):
        if term is None:
            alternatives.append([])
        else:
            alternatives[-1].append(term)
    kept = [terms for terms in alternatives if any(not term.is_excluded for term in terms)]
    return Query(tuple(tuple(_with_pairs(terms)) for terms in kept))


def _terms(text: str) -> Iterator[Term | None]:
    """Yield the terms in their order; None is an "or"."""
    for piece, _ in zip(_PIECE.finditer(text), range(MOST_TERMS), strict=False):
        if piece["word"] and not piece["no"] and piece["word"].lower() in _OR:
            yield None
            continue
        words = tuple(compounds(piece["phrase"] or piece["word"] or ""))
        if words:
            is_quoted = piece["phrase"] is not None or len(words) > 1
            yield Term(words, bool(piece["no"]), is_quoted)


def _with_pairs(terms: list[Term]) -> Iterator[Term]:
    """Join `pre training`: papers write it in one word as well."""
    joined = None
    for term, following in pairwise([*terms, None]):
        if term is None or term is joined:
            continue
        if following and _is_plain(term, following) and term.words[0].lower() in _OFTEN_APART:
            yield Term((f"{term.words[0]}-{following.words[0]}",))
            joined = following
        else:
            yield term


def _is_plain(*terms: Term) -> bool:
    return not any(term.is_excluded or term.is_quoted for term in terms)


def _apart(word: str) -> list[str]:
    """Return a word in the two parts that others write it in."""
    lower = word.lower()
    cuts = range(2, len(word) - _SHORTEST_REST + 1)
    return [f"{word[:cut]} {word[cut:]}" for cut in cuts if lower[:cut] in _FIRST_PARTS]


def _spelled(words: tuple[str, ...], meant: Mapping[str, str]) -> Iterator[str]:
    for word in words:
        parts = word.split("-")
        yield "-".join(meant.get(token(part).lower(), part) for part in parts)
