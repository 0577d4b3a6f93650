"""Who is due, and who gets the same: from `NextMorning` to groups of readers."""

# Read without a lock: `version` tells later whether a row is still the one that was read. In the
# order of readers, here and wherever each of them is looked up or written, pages are near at hand.
MINE = """
CREATE TEMPORARY TABLE mine AS
SELECT subscriber_id, morning.xmin AS version, begins_at, choice, newest_since,
       time_zone, hour, days, max_papers, fingerprint, hears_of_silence
  FROM subscribers_nextmorning morning
  JOIN subscribers_subscriber reader ON reader.id = subscriber_id
 WHERE begins_at <= %(now)s AND choice BETWEEN %(first)s AND %(last)s
 ORDER BY subscriber_id
"""

SCHEDULES = "SELECT DISTINCT time_zone, hour, days, begins_at FROM mine"

# Each schedule's morning. Readers with one date and closing time share a `slot`, wherever they are.
MORNINGS = """
CREATE TEMPORARY TABLE morning AS
SELECT *, dense_rank() OVER (ORDER BY date, closes_at)::int AS slot
  FROM unnest(%(time_zone)s::text[], %(hour)s::int[], %(days)s::int[],
              %(begins_at)s::timestamptz[], %(date)s::date[], %(window_start)s::date[],
              %(closes_at)s::timestamptz[], %(next_at)s::timestamptz[])
    AS morning (time_zone, hour, days, begins_at, date, window_start, closes_at, next_at)
"""

SLOTS = """
CREATE TEMPORARY TABLE slot AS
SELECT DISTINCT slot, date, window_start, closes_at FROM morning
"""

# Each reader with her memory: the editions within the window that she has, or may have, seen.
# `sinces` are empty for nearly all: who chose nothing new within the window gets what everybody
# with her choice gets. `is_new` is false for one who has her delivery of that date already, after
# she moved her hour or her zone, and for one whose address is suppressed: they wait for their next
# morning.
DUE = """
CREATE TEMPORARY TABLE due AS
SELECT mine.subscriber_id, version, next_at, slot, choice, max_papers, hears_of_silence,
       CASE WHEN newest_since > window_start THEN ARRAY(
            SELECT greatest(since, window_start)
              FROM subscribers_subscription subscription
             WHERE subscription.subscriber_id = mine.subscriber_id AND NOT excludes
             ORDER BY topic_id)
       END AS sinces,
       editions,
       has_it IS NOT TRUE AND NOT EXISTS (
            SELECT FROM subscribers_suppression suppression
             WHERE suppression.fingerprint = mine.fingerprint) AS is_new
  FROM mine
  JOIN morning USING (time_zone, hour, days, begins_at)
 CROSS JOIN LATERAL (
       SELECT array_agg(edition_id ORDER BY delivery.date)
                  FILTER (WHERE state = ANY(%(seen)s)) AS editions,
              bool_or(delivery.date = morning.date) AS has_it
         FROM newsletter_delivery delivery
        WHERE delivery.subscriber_id = mine.subscriber_id AND delivery.date >= window_start
       ) AS memory
"""

# Who is due on one date, wants the same since the same dates and has seen the same editions gets
# the same list. `one` stands for her group in all that follows.
GROUPS = """
CREATE TEMPORARY TABLE reader_group AS
SELECT row_number() OVER ()::int AS id, slot, choice, sinces, one, readers, max_papers,
       hears_of_silence,
       ARRAY(SELECT unnest(paper_ids) FROM newsletter_edition edition
              WHERE edition.id = ANY(editions)) AS seen
  FROM (SELECT slot, choice, sinces, editions, max_papers, hears_of_silence,
               min(subscriber_id) AS one, array_agg(subscriber_id) AS readers
          FROM due
         WHERE is_new
         GROUP BY slot, choice, sinces, editions, max_papers, hears_of_silence) AS alike
"""

TABLES = ("mine", "morning", "slot", "due", "reader_group")
STATEMENTS = ("ANALYZE mine", SLOTS, DUE, GROUPS, "ANALYZE slot, reader_group (id, one, choice)")
