"""Write the works of a digest down: rows, names and topics."""

from collections.abc import Sequence

from django.utils import timezone

from digests.identity.merge import merge
from digests.identity.register import ROW, Work
from digests.matching.rematch import match_anew
from digests.matching.snapshot import NOTHING_FOUND, Found
from digests.models import Paper
from digests.rows import write


def store(works: Sequence[Work], found: Found = NOTHING_FOUND) -> None:
    """Store what is new or changed of these works; whose words have changed is matched anew.

    What was `found` for some words is not looked for again.
    """
    for work in works:
        work.paper.lead_to(work.names)
    to_match = [work.paper for work in works if work.needs_matching]
    changed = [work.paper for work in works if work.is_changed]
    Paper.objects.bulk_update(changed, [*ROW, "told"])
    _create([work.paper for work in works if work.is_new])
    for work in works:
        for twin in work.twins:
            merge(twin, into=work.paper)
    _name(works)
    match_anew(to_match, found)


def _create(papers: Sequence[Paper]) -> None:
    """Insert papers and give them their numbers, which rise in their order."""
    now = timezone.now()
    rows = ({name: getattr(paper, name) for name in (*ROW, "told")} for paper in papers)
    numbers = write(INSERT_PAPERS, rows, now=now) if papers else []
    for paper, (number,) in zip(papers, sorted(numbers), strict=True):
        paper.pk, paper.created_at = number, now


def _name(works: Sequence[Work]) -> None:
    """Store the new names of works."""
    rows = [
        {"paper_id": work.paper.pk, "kind": name.kind, "value": name.value}
        for work in works
        for name in sorted(work.new_names)
    ]
    if rows:
        write(INSERT_NAMES, rows)


INSERT_PAPERS = """
INSERT INTO digests_paper (title, abstract, authors, categories, url, code_url, published_on,
                           told, first_listed_on, created_at)
SELECT title, abstract, authors, categories, url, code_url, published_on,
       told, first_listed_on, %(now)s
  FROM json_populate_recordset(NULL::digests_paper, %(rows)s)
RETURNING id
"""

INSERT_NAMES = """
INSERT INTO digests_alias (paper_id, kind, value)
SELECT paper_id, kind, value FROM json_populate_recordset(NULL::digests_alias, %(rows)s)
"""
