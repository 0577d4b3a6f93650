"""Which two records are the same paper: what names a record bears, and what speaks against it.

Names are trusted in the order of `AliasKind`. Titles are never compared loosely: "Nemotron 3
Super" and "Nemotron 3 Ultra" have titles that are 97 % the same, and are two papers.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from digests.identity import names
from digests.identity.names import AliasKind, Name
from digests.sources.parsed import ParsedPaper
from digests.text import fold, title_key, words

# By `same_words`: of 530,000 pairs of abstracts of different papers, the most alike had 0.45; the
# abstracts of one paper from two sources have 1.0, and a revised one keeps most of its words.
SAME_ABSTRACT = 0.5
FEW_WORDS = 12  # distinct long words; a text with fewer tells nothing
LONG_WORD = 5  # letters; shorter words are in every abstract


@dataclass(frozen=True)
class Record:
    """What one digest, or one stored row, says of a paper, as far as it tells who it is."""

    names: frozenset[Name]
    authors: tuple[str, ...]
    abstract: str

    def ids(self, kind: AliasKind) -> set[str]:
        """Return its names of one kind."""
        return {name.value for name in self.names if name.kind == kind}

    @property
    def is_registered(self) -> bool:
        """Whether it has an identifier that means the same everywhere."""
        return bool(self.ids(AliasKind.ARXIV) or self.ids(AliasKind.DOI))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The longer words of its abstract, none where they are too few to tell anything."""
        long = {word for word in map(fold, words(self.abstract)) if len(word) >= LONG_WORD}
        return frozenset(long if len(long) >= FEW_WORDS else ())

    @cached_property
    def people(self) -> frozenset[str]:
        """The words of its authors' names, without initials."""
        return frozenset(
            word for name in self.authors for word in map(fold, words(name)) if word[1:]
        )


def names_of(paper: ParsedPaper, scope: str) -> list[Name]:
    """Return a record's names, the most trusted first; `scope` is whose own ids they are."""
    own, url = _arxiv_id(paper.own_id), _arxiv_id(paper.url)
    values = (
        _arxiv_id(paper.arxiv_id) or _arxiv_id(paper.doi) or url or own,
        names.doi(paper.doi) or names.doi(paper.url),
        f"{scope}/{paper.own_id}" if paper.own_id and not own else "",
        "" if url or names.doi(paper.url) else names.address(paper.url),
        title_key(paper.title),
    )
    return [Name.of(kind, value) for kind, value in zip(AliasKind, values, strict=True) if value]


def is_about_another(paper: ParsedPaper) -> bool:
    """Tell whether only its link says which paper at arXiv it is: it may be somebody's review."""
    own = (paper.arxiv_id, paper.doi, paper.own_id)
    return bool(_arxiv_id(paper.url)) and not any(map(_arxiv_id, own))


def names_of_all(papers: Sequence[ParsedPaper], scope: str) -> list[list[Name]]:
    """Return the names of each record of a digest.

    A DOI, an own id or an address that stands beside several titles, such as the DOI of the
    proceedings or a link to the journal's home, names none of them.
    """
    listed = [names_of(paper, scope) for paper in papers]
    titles = defaultdict[Name, set[str]](set)
    for paper, own in zip(papers, listed, strict=True):
        for name in own:
            titles[name].add(title_key(paper.title))
    weak = {AliasKind.DOI, AliasKind.OWN, AliasKind.URL}
    return [
        [name for name in own if name.kind not in weak or len(titles[name]) == 1] for own in listed
    ]


def may_be_same(by: AliasKind, one: Record, other: Record) -> bool:
    """Tell whether two records that share a name of the kind `by` are the same paper."""
    if _differ(AliasKind.ARXIV, one, other):
        return False
    if by == AliasKind.ARXIV:
        return True
    signal = second_signal(one, other)
    if by == AliasKind.TITLE:
        return _same_by_title(one, other, signal=signal)
    is_renamed = _differ(AliasKind.TITLE, one, other)
    if by == AliasKind.DOI:
        return not (is_renamed and signal is False)
    if signal is not None:
        return signal
    return not (_differ(AliasKind.DOI, one, other) or (is_renamed and by == AliasKind.URL))


def second_signal(one: Record, other: Record) -> bool | None:
    """Tell whether abstracts, or else authors, say the same paper; None where they say nothing."""
    if one.vocabulary and other.vocabulary:
        return same_words(one.vocabulary, other.vocabulary) >= SAME_ABSTRACT
    if one.people and other.people:
        return not one.people.isdisjoint(other.people)
    return None


def same_words(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of the smaller vocabulary is in the other, from 0 to 1."""
    return len(one & other) / min(len(one), len(other))


def _arxiv_id(text: str) -> str:
    """Return the arXiv id that a field says, as such or as the address of the paper's page."""
    return names.arxiv_id(text) or names.arxiv_id_in(text)


def _same_by_title(one: Record, other: Record, *, signal: bool | None) -> bool:
    """Decide on equal titles: the more names tell two records apart, the more it takes."""
    if signal is not None:
        return signal
    return not (
        (one.is_registered and other.is_registered)
        or _differ(AliasKind.OWN, one, other)
        or _are_two_pages(one, other)
    )


def _are_two_pages(one: Record, other: Record) -> bool:
    """Tell whether one site has both at different addresses: this month's "Editorial", the last."""
    sites = [{it.partition("/")[0] for it in of.ids(AliasKind.URL)} for of in (one, other)]
    return not sites[0].isdisjoint(sites[1]) and _differ(AliasKind.URL, one, other)


def _differ(kind: AliasKind, one: Record, other: Record) -> bool:
    """Tell whether both have names of this kind, and none in common."""
    mine, its = one.ids(kind), other.ids(kind)
    return bool(mine and its) and mine.isdisjoint(its)
