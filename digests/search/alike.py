"""Papers that share the words that are particular to one: more like this.

Rather none than a wrong one: two words in common may be chance. So papers have to share a topic as
well, or words that hardly any other paper has; and altogether a good part of what tells.
"""

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
# A word that two papers hardly share by chance, and in a small archive one of so few papers.
RARE, FEW = 0.002, 3
MOST_OF_A_WORD = 2_000  # papers
MOST_LOOKED_AT = 20  # papers
# How much more a word tells in the one title than in an abstract; and as much again in the other.
TITLE_COUNTS = 2
LEAST_SHARED = 2  # words: one alone is chance
LEAST_PART = 0.35  # of the weight of all telling words
# Nobody of late said it: it may be the word of an older time, or this paper's alone.
UNHEARD = 0.5


def alike(paper: int, most: int) -> list[int]:
    """Return the numbers of the papers that share most with this one, the nearest first."""
    line = Wording.objects.filter(pk=paper).values_list("line", flat=True).first()
    known = vocabulary()
    telling = _telling_words(PaperText(line or ""), known)
    if not telling:
        return []
    few = max(FEW, known.papers * RARE)
    parameters: dict[str, int | float | list[str] | list[float] | list[bool]] = {
        "paper": paper,
        "words": [*telling],
        "weights": [*telling.values()],
        "are_rare": [known.counts.get(word, 0) <= few for word in telling],
        "most_of_a_word": MOST_OF_A_WORD,
        "most_looked_at": MOST_LOOKED_AT,
        "least": LEAST_SHARED,
        "least_weight": LEAST_PART * sum(telling.values()),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, parameters)
        return [number for (number,) in cursor.fetchall()]


def _telling_words(text: PaperText, known: Vocabulary) -> dict[str, float]:
    """Return what it says that few others do, with what each word weighs: by tf and idf."""
    title, abstract = text.words()
    in_title = {*title}
    weights = {
        word: (1 + math.log(count))
        * (TITLE_COUNTS if word in in_title else 1)
        * _particular(word, known)
        for word, count in Counter([*title, *abstract]).items()
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


# To make a query of a word anew, for each paper, costs so much that the index is sure to be used.
ALIKE = """
WITH telling AS MATERIALIZED (
    SELECT word, weight, is_rare, plainto_tsquery('english', word) AS said
      FROM unnest(%(words)s::text[], %(weights)s::float8[], %(are_rare)s::boolean[])
           AS telling (word, weight, is_rare)
), near AS MATERIALIZED (
    SELECT paper_id, sum(weight) AS weight, count(*) FILTER (WHERE is_rare) AS rare
      FROM telling
     CROSS JOIN LATERAL (
           SELECT paper_id FROM digests_wording
            WHERE search @@ plainto_tsquery('english', word) LIMIT %(most_of_a_word)s) AS saying
     WHERE paper_id <> %(paper)s
       AND paper_id NOT IN (SELECT id FROM digests_paper WHERE withdrawn_at IS NOT NULL)
     GROUP BY paper_id HAVING count(*) >= %(least)s
     ORDER BY sum(weight) DESC, paper_id DESC
     LIMIT %(most_looked_at)s
)
SELECT paper_id
  FROM near JOIN digests_wording USING (paper_id)
 CROSS JOIN LATERAL (
       SELECT near.weight + coalesce(sum(telling.weight), 0) AS weight
         FROM (SELECT ts_filter(search, '{a}') AS title OFFSET 0) AS other
         JOIN telling ON title @@ said) AS titled
 WHERE titled.weight >= %(least_weight)s
   AND (rare >= %(least)s OR (
       SELECT count(*) FROM digests_papertopic shared
        WHERE shared.paper_id = near.paper_id AND shared.topic_id = ANY(ARRAY(
              SELECT topic.id FROM digests_papertopic own JOIN digests_topic topic
                  ON topic.id = own.topic_id AND topic.kind = 'catalogue'
               WHERE own.paper_id = %(paper)s))) > 0)
 ORDER BY titled.weight DESC, paper_id DESC
 LIMIT %(most)s
"""
