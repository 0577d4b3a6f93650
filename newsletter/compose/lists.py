"""What each group gets: from topics and ranked papers to editions.

Papers are numbered by rank, and what a topic brings is a string of bits, one for each rank. What a
choice brings is the union of its topics' strings without those of the topics it excludes, and a
group's list are the first ones of it that are in no edition of hers.
"""

import hashlib

# Every paper of the window in the order in which they come: rank 1 is the best.
RANKED = """
CREATE TEMPORARY TABLE ranked AS
SELECT (row_number() OVER (ORDER BY score DESC, place, id))::int AS rank,
       id AS paper_id, first_listed_on, numbers
  FROM standing
"""

# What groups want, whatever they have seen: choices are fewer than groups.
CHOICES = """
CREATE TEMPORARY TABLE choice AS
SELECT row_number() OVER ()::int AS id, alike.*
  FROM (SELECT slot, choice, sinces, min(one) AS one, array_agg(id) AS groups
          FROM reader_group
         GROUP BY slot, choice, sinces) AS alike
"""

WISHES = """
CREATE TEMPORARY TABLE wish AS
SELECT choice.id, topic_id, excludes, slot,
       CASE WHEN excludes THEN window_start ELSE greatest(since, window_start) END AS since
  FROM choice JOIN slot USING (slot) JOIN subscribers_subscription ON subscriber_id = one
"""

# What a topic brings on a date to those who follow it since another.
TOPICS = """
CREATE TEMPORARY TABLE brought AS
WITH nothing AS (SELECT repeat('0', count(*)::int)::varbit AS bits FROM ranked),
     wanted AS (SELECT DISTINCT topic_id, since, slot, date FROM wish JOIN slot USING (slot))
SELECT topic_id, since, slot, bit_or(set_bit(bits, rank - 1, 1)) AS bits
  FROM nothing CROSS JOIN wanted
  JOIN digests_papertopic USING (topic_id)
  JOIN ranked USING (paper_id)
 WHERE first_listed_on BETWEEN since AND date
 GROUP BY topic_id, since, slot
"""

CANDIDATES = """
CREATE TEMPORARY TABLE candidates AS
SELECT id, CASE WHEN unwanted IS NULL THEN wanted ELSE wanted & ~unwanted END AS bits
  FROM (SELECT id, bit_or(bits) FILTER (WHERE NOT excludes) AS wanted,
               bit_or(bits) FILTER (WHERE excludes) AS unwanted
          FROM wish JOIN brought USING (topic_id, since, slot)
         GROUP BY id) AS found
 WHERE wanted IS NOT NULL
"""

# The ranks of each group's papers: the ones of its string, as far as they are needed, without those
# that are seen. As many ones will do as she has seen papers and wants more, so the string is cut to
# a beginning that has them; where they are, the gaps between them tell. A paper is seen when it was
# sent under any of the numbers it ever had.
LISTS = """
CREATE TEMPORARY TABLE list AS
WITH papers AS MATERIALIZED (
    SELECT array_agg(paper_id ORDER BY rank) AS by_rank,
           array_agg(cardinality(numbers) > 1 ORDER BY rank) AS has_more
      FROM ranked
), twin AS MATERIALIZED (
    SELECT rank, numbers FROM ranked WHERE cardinality(numbers) > 1
), wanted AS MATERIALIZED (
    SELECT choice_id, reader_group.id, seen, max_papers,
           substring(bits FOR length(bits) * coalesce((
             SELECT min(part)
               FROM (VALUES (1), (2), (3), (4), (6), (8), (12)) AS sixteenths (part)
              WHERE bit_count(substring(bits FOR length(bits) * part / 16))
                    >= cardinality(seen) + max_papers), 16) / 16) AS bits
      FROM (SELECT choice.id AS choice_id, unnest(groups) AS id, bits
              FROM choice JOIN candidates USING (id)) AS chosen
      JOIN reader_group USING (id)
)
SELECT choice_id, id, ARRAY(
         SELECT rank
           FROM (SELECT place, (sum(length(gap) + 1) OVER before)::int AS rank
                   FROM unnest(trim_array(string_to_array(bits::text, '1'), 1))
                          WITH ORDINALITY AS gaps (gap, place)
                 WINDOW before AS (ORDER BY place ROWS UNBOUNDED PRECEDING)) AS one
          WHERE (SELECT by_rank FROM papers)[rank] <> ALL (seen)
            AND NOT ((SELECT has_more FROM papers)[rank]
                     AND (SELECT numbers && seen FROM twin WHERE twin.rank = one.rank))
          ORDER BY place
          LIMIT max_papers) AS ranks
  FROM wanted
"""

TRAYS = """
CREATE TEMPORARY TABLE tray AS
SELECT row_number() OVER ()::int AS id, alike.*
  FROM (SELECT choice_id, ranks, array_agg(id) AS groups
          FROM list
         WHERE ranks <> '{}'
         GROUP BY choice_id, ranks) AS alike
"""

# Equal lists become one, with the topics that chose its papers.
CONTENTS = """
CREATE TEMPORARY TABLE content AS
WITH papers AS MATERIALIZED (SELECT array_agg(paper_id ORDER BY rank) AS by_rank FROM ranked),
     chooser AS MATERIALIZED (
    SELECT tray.id, array_agg(topic_id ORDER BY topic_id) AS topic_ids
      FROM tray
      JOIN wish ON wish.id = choice_id AND NOT excludes
      JOIN brought USING (topic_id, since, slot)
     WHERE EXISTS (SELECT FROM unnest(ranks) AS rank WHERE get_bit(bits, rank - 1) = 1)
     GROUP BY tray.id
), alike AS (
    SELECT topic_ids, array_agg(id) AS trays,
           ARRAY(SELECT (SELECT by_rank FROM papers)[rank]
                   FROM unnest(ranks) WITH ORDINALITY AS it (rank, place)
                  ORDER BY place) AS paper_ids
      FROM tray JOIN chooser USING (id)
     GROUP BY ranks, topic_ids
)
SELECT *, sha256(convert_to(paper_ids::text || topic_ids::text, 'UTF8')) AS key FROM alike
"""

# The key that CONTENTS would give to no papers of no topics: of two empty arrays, as text.
EMPTY_KEY = hashlib.sha256(b"{}{}").digest()

# The empty list is written where anybody may have to be told of it.
EDITIONS = """
INSERT INTO newsletter_edition (key, paper_ids, topic_ids, composed_at)
SELECT key, paper_ids, topic_ids, %(now)s FROM content
 UNION ALL
SELECT DISTINCT %(empty_key)s, ARRAY[]::bigint[], ARRAY[]::bigint[], %(now)s::timestamptz
  FROM reader_group WHERE hears_of_silence
 ORDER BY key
    ON CONFLICT (key) DO NOTHING
"""

TABLES = ("ranked", "choice", "wish", "brought", "candidates", "list", "tray", "content")
STATEMENTS = (
    RANKED,
    "ANALYZE ranked (paper_id, rank)",
    CHOICES,
    WISHES,
    "ANALYZE wish",
    TOPICS,
    "ANALYZE brought (topic_id, since, slot)",
    CANDIDATES,
    "ANALYZE choice (id), candidates (id)",
    LISTS,
    TRAYS,
    "ANALYZE tray (id, choice_id)",
    CONTENTS,
    "ANALYZE content (key)",
)
