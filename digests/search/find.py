"""Papers that say what was asked for, the best first: titles before abstracts before names."""

from typing import NamedTuple

from django.db import connection

from digests.identity.names import AliasKind, Name
from digests.search.query import Query, Term
from digests.text import title_key

# Where more papers say it, such common words tell little: the last of them to come are ranked.
MOST_RANKED = 2_000
# Of names, of nothing, of abstracts and of titles: ten times in the abstract are once in the title.
WEIGHTS = "{0.1, 0.1, 0.1, 1}"
_ONE = "phraseto_tsquery('english', %s)"
_BEGUN = "to_tsquery('english', quote_literal(%s) || ':*')"


class Found(NamedTuple):
    """How many papers were found, `MOST_RANKED` at most; and some of them, the best first."""

    total: int = 0
    papers: tuple[int, ...] = ()


def find(query: Query, typed: str, *, skip: int, most: int, is_begun: bool = False) -> Found:
    """Return the papers from place `skip` on.

    The one whose title was typed comes first. With `is_begun` the last word may be the beginning of
    one.
    """
    if not query:
        return Found()
    begun = query.unfinished if is_begun else ""
    sql, texts = _tsquery(query, begun)
    title = Name.of(AliasKind.TITLE, title_key(typed)).value
    parameters: list[str | int] = [title, *texts, MOST_RANKED, WEIGHTS, *texts, skip, most]
    with connection.cursor() as cursor:
        cursor.execute(FIND.replace("<query>", sql), parameters)
        rows = cursor.fetchall()
    return Found(rows[0][1] if rows else 0, tuple(number for number, _ in rows))


def _tsquery(query: Query, begun: str) -> tuple[str, list[str]]:
    """Return an expression of fixed pieces, and what stands in for each %s of it."""
    last = query.alternatives[-1][-1]
    alternatives, texts = [], list[str]()
    for terms in query.alternatives:
        parts = []
        for term in terms:
            ways = [begun] if begun and term is last else term.ways
            texts += ways
            parts.append(_one_of(term, len(ways), _BEGUN if begun and term is last else _ONE))
        alternatives.append(f"({' && '.join(parts)})")
    return f"({' || '.join(alternatives)})", texts


def _one_of(term: Term, ways: int, one: str) -> str:
    either = f"({' || '.join([one] * ways)})"
    return f"(!! {either})" if term.is_excluded else either


FIND = """
WITH titled AS MATERIALIZED (
    SELECT paper_id FROM digests_alias JOIN digests_paper paper ON paper.id = paper_id
     WHERE kind = 'title' AND value = %s AND withdrawn_at IS NULL
), said AS MATERIALIZED (
    (SELECT paper_id FROM digests_wording
      WHERE search @@ <query>
        AND paper_id NOT IN (SELECT id FROM digests_paper WHERE withdrawn_at IS NOT NULL)
      ORDER BY paper_id DESC LIMIT %s)
    UNION SELECT paper_id FROM titled
)
SELECT paper.id, (SELECT count(*) FROM said)
  FROM said JOIN digests_wording USING (paper_id) JOIN digests_paper paper ON paper.id = paper_id
 ORDER BY paper_id IN (SELECT paper_id FROM titled) DESC,
          ts_rank_cd(%s, search, <query>) DESC, first_listed_on DESC, paper.id DESC
OFFSET %s LIMIT %s
"""
