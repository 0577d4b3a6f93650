"""Words as PostgreSQL's English dictionary has them: `diffusing` and `diffusion` share a stem."""

from collections.abc import Collection, Sequence

from django.db import connection

from digests.models import Paper
from digests.search.marks import IsWanted, words_in
from digests.search.query import Query


def stems(words: Collection[str]) -> dict[str, str]:
    """Return the stem of each word that is not as common as "the"; one query for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [[*words]])
        return dict(cursor.fetchall())


def looked_for(query: Query, papers: Sequence[Paper], begun: str) -> IsWanted:
    """Return what tells whether a word of these papers is one that was looked for."""
    asked = words_in(way for term in query.wanted for way in term.ways)
    texts = [
        text for it in papers for text in (it.shown_title, it.shown_abstract, *it.shown_authors)
    ]
    stem_of = stems(asked | words_in(texts))
    wanted = {stem_of[word] for word in asked if word in stem_of}

    def is_wanted(word: str) -> bool:
        return stem_of.get(word) in wanted or bool(begun and word.startswith(begun.lower()))

    return is_wanted


STEMS = """
SELECT word, (ts_lexize('english_stem', lower(word)))[1]
  FROM unnest(%s::text[]) AS word
 WHERE ts_lexize('english_stem', lower(word)) <> '{}'
"""
