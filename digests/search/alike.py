"""Papers that share the words that are particular to one: more like this."""

import math
from collections import Counter

from django.db import connection

from digests.matching.paper_text import PaperText
from digests.models import Wording
from digests.search.vocabulary import PAPERS, Vocabulary, vocabulary

MOST_WORDS = 16
# A word in more papers than that says little of what one is about, and is slow to look up.
TOO_COMMON = 0.02
ALWAYS_RARE = 20  # papers: of a small archive any word is in a fiftieth
MOST_OF_A_WORD = 2_000  # papers
TITLE_COUNTS = 3
LEAST_SHARED = 2  # words: one alone is chance
# Nobody of late said it: it may be the word of an older time, or this paper's alone.
UNHEARD = 0.5


def alike(paper: int, most: int) -> list[int]:
    """Return the numbers of the papers that share most with this one, the nearest first."""
    line = Wording.objects.filter(pk=paper).values_list("line", flat=True).first()
    telling = _telling_words(PaperText(line or ""), vocabulary())
    if not telling:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            ALIKE,
            {
                "paper": paper,
                "words": [*telling],
                "weights": [*telling.values()],
                "most_of_a_word": MOST_OF_A_WORD,
                "least": LEAST_SHARED,
                "most": most,
            },
        )
        return [number for (number,) in cursor.fetchall()]


def _telling_words(text: PaperText, known: Vocabulary) -> dict[str, float]:
    """Return what it says that few others do, with what each word weighs: by tf and idf."""
    title, abstract = text.words()
    said = Counter(dict.fromkeys(title, TITLE_COUNTS))
    said.update(abstract)
    weights = {
        word: (1 + math.log(count)) * _particular(word, known) for word, count in said.items()
    }
    telling = sorted((it for it in weights.items() if it[1]), key=lambda it: (-it[1], it[0]))
    return dict(telling[:MOST_WORDS])


def _particular(word: str, known: Vocabulary) -> float:
    """Return how much a word tells, 0 where nothing."""
    papers = known.counts.get(word, 0)
    if not word.isalpha() or papers > max(ALWAYS_RARE, known.papers * TOO_COMMON):
        return 0
    if papers:
        return math.log((known.papers + 1) / papers)
    are_all = known.papers < PAPERS
    return 0 if are_all else UNHEARD * math.log(known.papers + 1)


ALIKE = """
SELECT paper_id
  FROM unnest(%(words)s::text[], %(weights)s::float8[]) AS telling (word, weight)
 CROSS JOIN LATERAL (
       SELECT paper_id FROM digests_wording
        WHERE search @@ plainto_tsquery('english', word) LIMIT %(most_of_a_word)s) AS said
 WHERE paper_id <> %(paper)s
   AND paper_id NOT IN (SELECT id FROM digests_paper WHERE withdrawn_at IS NOT NULL)
 GROUP BY paper_id HAVING count(*) >= %(least)s
 ORDER BY sum(weight) DESC, paper_id DESC
 LIMIT %(most)s
"""
