"""How much a paper deserves a reader's morning: one number, the higher the earlier it comes.

    score = log2(1 + votes) + log2(1 + gained) / 2 + days

`votes` are the most it has in any list of its first days, `gained` those of the last 24 hours, and
`days` the date of its first listing, as a count of days. So a day of age weighs as much as half
the votes: a paper of yesterday comes first where it has more than twice those of today's.

A list without votes tells by its order alone. There the place stands in for the votes: the first
paper counts as if it had 15 votes (the median of a day's papers at Hugging Face), the fifth 3, the
fifteenth 1. A paper in several lists has the best score that any of them gives it. Papers with the
same score stand in the order of their places, then of their arrival.
"""

from digests.models.paper import SHOWN

# As `newsletter.compose.lists` ranks them, too.
BEST_FIRST = "score DESC, place, id"


def scored(moment: str = "%(now)s") -> str:
    """Return the query for every paper first listed since a date, unless it is withdrawn.

    Its columns are the paper's number, day, score at `moment` (an expression of SQL), best place,
    and all numbers it ever had. Its parameters are `since`, and `now` where that is the moment. It
    ends with its conditions.
    """
    return _SCORED.format(moment=moment, shown=SHOWN)


_SCORED = """
SELECT paper.id, paper.first_listed_on, listed.score, listed.place,
       ARRAY(SELECT twin.id FROM digests_paper twin WHERE twin.merged_into_id = paper.id)
         || paper.id AS numbers
  FROM digests_paper paper
 CROSS JOIN LATERAL (
       SELECT min(place) AS place,
              round((max(CASE WHEN upvotes IS NULL THEN ln(1 + 15.0::float8 / place)
                         ELSE ln(1.0::float8 + upvotes)
                              + ln(1.0::float8 + greatest(0, upvotes - before)) / 2
                         END) / ln(2.0::float8))::numeric, 6)
                + (paper.first_listed_on - DATE '2000-01-01') AS score
         FROM digests_digestpaper listing
         LEFT JOIN LATERAL (
              SELECT coalesce(
                       (SELECT sighting.upvotes FROM digests_sighting sighting
                         WHERE listing_id = listing.id
                           AND seen_at <= {moment} - INTERVAL '1 day'
                         ORDER BY seen_at DESC LIMIT 1),
                       (SELECT sighting.upvotes FROM digests_sighting sighting
                         WHERE listing_id = listing.id ORDER BY seen_at LIMIT 1),
                       listing.upvotes) AS before
              ) AS earlier ON upvotes IS NOT NULL
        WHERE paper_id = paper.id
       ) AS listed
 WHERE first_listed_on >= %(since)s AND {shown} AND listed.place IS NOT NULL
"""

STANDING = f"CREATE TEMPORARY TABLE standing AS {scored()}"
