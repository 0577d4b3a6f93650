"""Find the topics of papers, once: every later question is a join."""

from collections.abc import Iterator, Sequence
from typing import Any

from digests.matching import catalogue
from digests.matching.matcher import NOTHING_FOUND, Found
from digests.models import Paper, PaperTopic, Topic
from digests.rows import write


def match_anew(papers: Sequence[Paper], found: Found = NOTHING_FOUND) -> None:
    """Store the topics that these papers belong to by their present words, and no others.

    What was `found` for some words is not looked for again.
    """
    if papers:
        PaperTopic.objects.filter(paper__in=papers).delete()
        write(INSERT_TOPICS, _rows(papers, found))


def _rows(papers: Sequence[Paper], found: Found) -> Iterator[dict[str, Any]]:
    topics = Topic.objects.values_list("slug", "pk", "kind")
    numbers = {slug: number for slug, number, _ in topics}
    everything = [number for _, number, kind in topics if kind == Topic.Kind.EVERYTHING]
    matcher = catalogue.matcher()
    for paper in papers:
        for topic in everything:
            yield {"paper_id": paper.pk, "topic_id": topic, "because": []}
        words = paper.title, paper.abstract
        matched = found[words] if words in found else matcher.match(*words)
        for slug, because in matched.items():
            yield {"paper_id": paper.pk, "topic_id": numbers[slug], "because": because}


INSERT_TOPICS = """
INSERT INTO digests_papertopic (paper_id, topic_id, because)
SELECT paper_id, topic_id, because
  FROM json_populate_recordset(NULL::digests_papertopic, %(rows)s)
"""
