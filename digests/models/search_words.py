"""How a paper's words are kept for searching: PostgreSQL derives them, so they are never stale."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import F, Func

__all__ = ["SearchVectorField", "search_words"]

# Titles weigh most, then abstracts, then names. Hyphens part words; who types a word in one piece,
# or in two, is understood by the query. PostgreSQL takes 1 MB of words for a paper: enough for
# titles and abstracts of any length, and for so many letters of names.
_WORDS = r"""
setweight(to_tsvector('english', translate(split_part(%(expressions)s, '|', 1), '-', ' ')), 'A')
|| setweight(to_tsvector('english', translate(split_part(%(expressions)s, '|', 2), '-', ' ')), 'B')
|| setweight(to_tsvector('english', left(split_part(%(expressions)s, '|', 3), 200000)), 'C')
"""


def search_words(line: str) -> Func:
    """Return what makes a search vector of the column `line`, as `PaperText` writes it."""
    return Func(F(line), template=_WORDS.strip(), output_field=SearchVectorField())
