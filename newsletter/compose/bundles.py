"""From lists to deliveries in bundles, and every reader's next morning."""

# Where each group's readers stand in the row of all who have their date and closing time: beside
# those with the same edition. `ahead` of them are so many others.
# Who has no list gets the empty edition if she wants to hear of that, and none otherwise.
PLACES = """
CREATE TEMPORARY TABLE place AS
WITH found AS (
    SELECT unnest(groups) AS id, edition_id
      FROM (SELECT unnest(trays) AS id, edition.id AS edition_id
              FROM content JOIN newsletter_edition edition USING (key)) AS stored
      JOIN tray USING (id)
), alike AS (
    SELECT id, slot, cardinality(readers) AS copies,
           coalesce(edition_id,
                    CASE WHEN hears_of_silence THEN (SELECT edition.id
                                                       FROM newsletter_edition edition
                                                      WHERE key = %(empty_key)s)
                    END) AS edition_id
      FROM reader_group LEFT JOIN found USING (id)
)
SELECT id, slot, edition_id IS NULL AS is_settled, edition_id, copies,
       (sum(copies) OVER (PARTITION BY slot, edition_id IS NULL ORDER BY edition_id, id)
         - copies)::int AS ahead
  FROM alike
"""

# So many at a time go into a bundle. Who is skipped goes into one that is settled, of any size.
BUNDLES = """
CREATE TEMPORARY TABLE bundle AS
SELECT nextval(pg_get_serial_sequence('newsletter_bundle', 'id')) AS id, bundle.*
  FROM (SELECT slot, is_settled,
               generate_series(0, CASE WHEN is_settled THEN 0
                                       ELSE (max(ahead + copies) - 1) / %(size)s
                                  END) AS number
          FROM place
         GROUP BY slot, is_settled
         ORDER BY slot, is_settled, number) AS bundle
"""

BUNDLE_ROWS = """
INSERT INTO newsletter_bundle (id, date, composed_at, ready_at, closes_at, claims, leaving,
                               is_settled)
OVERRIDING SYSTEM VALUE
SELECT id, date, %(now)s, %(now)s, closes_at, 0, '{}', is_settled
  FROM bundle JOIN slot USING (slot)
"""

COPIES = """
CREATE TEMPORARY TABLE copy AS
SELECT subscriber_id, date, edition_id, bundle.id AS bundle_id
  FROM (SELECT place.slot, is_settled, edition_id, subscriber_id,
               CASE WHEN is_settled THEN 0 ELSE (ahead + number - 1) / %(size)s END AS number
          FROM place JOIN reader_group USING (id)
         CROSS JOIN unnest(readers) WITH ORDINALITY AS reader (subscriber_id, number)
       ) AS placed
  JOIN bundle USING (slot, is_settled, number)
  JOIN slot USING (slot)
"""

TAKEN = """
CREATE TEMPORARY TABLE taken AS SELECT subscriber_id, slot, is_new FROM due WITH NO DATA
"""

# Moves on all who are still what was read. The last condition says nothing new: it keeps PostgreSQL
# from comparing the readers of other chunks.
TAKE = """
WITH moved AS (
    UPDATE subscribers_nextmorning morning SET begins_at = next_at
      FROM due
     WHERE morning.subscriber_id = due.subscriber_id AND morning.xmin = version
       AND morning.begins_at <= %(now)s AND morning.choice BETWEEN %(first)s AND %(last)s
    RETURNING due.subscriber_id, slot, is_new
)
INSERT INTO taken SELECT subscriber_id, slot, is_new FROM moved
"""

DELIVERIES = """
WITH written AS (
    INSERT INTO newsletter_delivery (subscriber_id, date, edition_id, bundle_id, state, reason,
                                     attempts, message_id)
    SELECT subscriber_id, date, edition_id, bundle_id,
           CASE WHEN edition_id IS NULL THEN 'skipped' ELSE 'planned' END,
           CASE WHEN edition_id IS NULL THEN 'nothing new' ELSE '' END, 0, ''
      FROM copy JOIN taken USING (subscriber_id)
     ORDER BY subscriber_id
    RETURNING state
)
SELECT count(*) FILTER (WHERE state = 'planned'), count(*) FILTER (WHERE state = 'skipped')
  FROM written
"""

# Counted apart from what was written, or the accounts could not fail.
DUE_BY_DATE = """
SELECT date, count(*) FROM taken JOIN slot USING (slot) WHERE is_new GROUP BY date ORDER BY date
"""

MORNINGS = """
INSERT INTO newsletter_morning AS morning (date, due, is_paused) VALUES (%s, %s, FALSE)
    ON CONFLICT (date) DO UPDATE SET due = morning.due + excluded.due
"""

TABLES = ("place", "bundle", "copy", "taken")
STATEMENTS = (
    PLACES,
    BUNDLES,
    BUNDLE_ROWS,
    "ANALYZE place, bundle",
    COPIES,
    "ANALYZE due (subscriber_id), copy (subscriber_id)",
    TAKEN,
    TAKE,
)
