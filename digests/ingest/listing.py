"""A digest's list: which papers, at which places, with how many votes."""

import datetime as dt
from collections.abc import Sequence

from digests.models import Digest, Paper
from digests.rows import write


def list_papers(
    digest: Digest, papers: Sequence[tuple[Paper, int | None]], now: dt.datetime
) -> None:
    """Give papers the places in which they stand here, and their votes, as seen at `now`.

    What the digest holds already and this list does not stays where it was: a day's list may be
    read in parts.
    """
    rows = (
        {"paper_id": paper.pk, "place": place, "upvotes": upvotes}
        for place, (paper, upvotes) in enumerate(papers, start=1)
    )
    write(LIST_PAPERS, rows, digest=digest.pk, now=now)


# Votes that have changed, or are the first, are sighted; where this list has none, the known stay.
# All parts of one statement see the table as it was before.
LIST_PAPERS = """
WITH list AS (
    SELECT paper_id, place, upvotes
      FROM json_populate_recordset(NULL::digests_digestpaper, %(rows)s)
), before AS (
    SELECT paper_id, upvotes FROM digests_digestpaper WHERE digest_id = %(digest)s
), listing AS (
    INSERT INTO digests_digestpaper AS known (digest_id, paper_id, place, upvotes, listed_at)
    SELECT %(digest)s, paper_id, place, upvotes, %(now)s FROM list
        ON CONFLICT (digest_id, paper_id) DO UPDATE
       SET place = EXCLUDED.place, upvotes = coalesce(EXCLUDED.upvotes, known.upvotes)
    RETURNING id, paper_id
)
INSERT INTO digests_sighting (listing_id, seen_at, upvotes)
SELECT listing.id, %(now)s, list.upvotes
  FROM list JOIN listing USING (paper_id) LEFT JOIN before USING (paper_id)
 WHERE list.upvotes IS NOT NULL AND list.upvotes IS DISTINCT FROM before.upvotes
    ON CONFLICT (listing_id, seen_at) DO UPDATE SET upvotes = EXCLUDED.upvotes
"""
