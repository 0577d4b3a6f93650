"""Words as PostgreSQL's English dictionary has them: `diffusing` and `diffusion` share a stem."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from digests.models import Paper
from digests.search.marks import Wanted, words_in
from digests.search.query import Query

# The stems of words side by side; "" for one as common as "the", which any may stand in for.
Phrase = tuple[str, ...]


def stems(words: Collection[str]) -> dict[str, str]:
    """Return the stem of each word that is not as common as "the"; one query for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [[*words]])
        return dict(cursor.fetchall())


def looked_for(query: Query, papers: Sequence[Paper], begun: str) -> Wanted:
    """Return what tells which words of a text of these papers were looked for.

    Of words that are to stand side by side, those are that do.
    """
    asked = [words_in(way) for term in query.wanted for way in term.ways]
    said = [words_in(text) for it in papers for text in _texts(it)]
    stem_of = stems({word for words in (*asked, *said) for word in words})
    phrases = _by_first_stem(tuple(stem_of.get(word, "") for word in words) for words in asked)

    def wanted(words: Sequence[str]) -> list[bool]:
        found = _places([stem_of.get(word, "") for word in words], phrases)
        return [
            place in found or bool(begun and word.startswith(begun.lower()))
            for place, word in enumerate(words)
        ]

    return wanted


def _texts(paper: Paper) -> Iterator[str]:
    yield from (paper.shown_title, paper.shown_abstract, *paper.shown_authors)


def _by_first_stem(phrases: Iterable[Phrase]) -> Mapping[str, set[Phrase]]:
    """Return the phrases, each from its first stem to its last."""
    found = defaultdict[str, set[Phrase]](set)
    for phrase in phrases:
        telling = [place for place, stem in enumerate(phrase) if stem]
        if telling:
            first, last = telling[0], telling[-1]
            found[phrase[first]].add(phrase[first : last + 1])
    return found


def _places(said: Sequence[str], phrases: Mapping[str, set[Phrase]]) -> set[int]:
    """Return the places of the stems that are part of a phrase."""
    return {
        place
        for start, stem in enumerate(said)
        for phrase in phrases.get(stem, ())
        if _is(phrase, said[start : start + len(phrase)])
        for place in range(start, start + len(phrase))
    }


def _is(phrase: Phrase, said: Sequence[str]) -> bool:
    return len(said) == len(phrase) and all(
        stem in ("", other) for stem, other in zip(phrase, said, strict=True)
    )


STEMS = """
SELECT word, (ts_lexize('english_stem', lower(word)))[1]
  FROM unnest(%s::text[]) AS word
 WHERE ts_lexize('english_stem', lower(word)) <> '{}'
"""
