"""A readership and its papers, made up by SQL: what there is to compose for.

500 papers a day; the most frequent topic is said by a fifth of them, the others by ever fewer. A
reader follows one to eight of the catalogue's topics, those that are popular more often (Zipf). One
in twenty chose hers within the last week, and one in twenty excludes a topic.
"""

import datetime as dt
from typing import Any

from django.db import connection

from subscribers import mornings

TODAY = dt.date(2026, 3, 16)
HOUR = 7
PAPERS = 500  # of a day
MOST_PAPERS = 20
_DAYS = 30
_BATCH = 50_000

DIGESTS = """
INSERT INTO digests_digest (date, fingerprints, created_at, source_id)
SELECT %(today)s::date - age, '{}', now(), (SELECT min(id) FROM digests_source)
  FROM generate_series(0, %(days)s) AS age
"""

PAPERS_OF_DAYS = """
INSERT INTO digests_paper (title, abstract, authors, categories, url, code_url, told,
                           first_listed_on, created_at)
SELECT 'Paper ' || number, repeat('words ', 200), '{A. Author}', '{cs.LG}', '', '', '{}',
       %(today)s::date - %(days)s + number / %(papers)s, now()
  FROM generate_series(0, %(papers)s * (%(days)s + 1) - 1) AS number
"""

# Three in ten have votes, which grow for a day.
LISTINGS = """
INSERT INTO digests_digestpaper (place, upvotes, listed_at, digest_id, paper_id)
SELECT 1 + paper.id %% %(papers)s,
       CASE WHEN random() < 0.3 THEN floor(3 * exp(4 * random() * random()))::int END,
       first_listed_on, digest.id, paper.id
  FROM digests_paper paper JOIN digests_digest digest ON digest.date = first_listed_on
"""

SIGHTINGS = """
INSERT INTO digests_sighting (listing_id, seen_at, upvotes)
SELECT id, listed_at + looks * INTERVAL '8 hours', upvotes * looks / 3
  FROM digests_digestpaper CROSS JOIN generate_series(1, 3) AS looks
 WHERE upvotes IS NOT NULL
"""

PAPER_TOPICS = """
INSERT INTO digests_papertopic (because, paper_id, topic_id)
SELECT '{}', paper.id, topic.id
  FROM digests_paper paper
 CROSS JOIN (SELECT id, row_number() OVER (ORDER BY place, id) AS place
               FROM digests_topic WHERE kind = 'catalogue') AS topic
 WHERE random() + 0 * paper.id < 0.2 / topic.place ^ 0.8
"""

READERS = """
INSERT INTO subscribers_subscriber (id, email, fingerprint, state, preferences_token,
       unsubscribe_token, time_zone, hour, days, max_papers, language, abstracts,
       hears_of_silence, created_at, confirmed_at)
OVERRIDING SYSTEM VALUE
SELECT number, 'reader' || number || '@example.org', sha256(number::text::bytea), 'active',
       left(md5('p' || number), 22), left(md5('u' || number), 22), 'UTC', %(hour)s, 127,
       %(most)s, 'en', 'short', FALSE, '2026-01-01', '2026-01-01'
  FROM generate_series(1, %(readers)s) AS number
"""

# How many topics: one for 30 in 100 readers, two for 25, then 18, 11, 7, 4.5, 2.7 and 1.8.
WISHES = """
WITH reader AS MATERIALIZED (
    SELECT id, random() AS luck, random() < 0.05 AS excludes,
           CASE WHEN random() < 0.05 THEN %(today)s::date - 7 + (random() * 6)::int
                ELSE DATE '2026-01-01' END AS since
      FROM subscribers_subscriber
), wish AS MATERIALIZED (
    SELECT id, since, number = 0 AS excludes, random() AS luck
      FROM reader,
           generate_series(CASE WHEN excludes THEN 0 ELSE 1 END,
                           1 + width_bucket(luck, ARRAY[.30, .55, .73, .84, .91, .955, .982]))
             AS number
), popular AS (
    SELECT id, sum(1.0 / place) OVER (ORDER BY place) / sum(1.0 / place) OVER () AS up_to,
           (sum(1.0 / place) OVER (ORDER BY place) - 1.0 / place) / sum(1.0 / place) OVER ()
             AS from_on
      FROM (SELECT id, row_number() OVER (ORDER BY place, id) AS place
              FROM digests_topic WHERE kind = 'catalogue') AS topic
)
INSERT INTO subscribers_subscription (since, excludes, subscriber_id, topic_id)
SELECT since, excludes, wish.id, popular.id
  FROM wish JOIN popular ON luck >= from_on AND luck < up_to
 ORDER BY wish.id, excludes
    ON CONFLICT DO NOTHING
"""

STATEMENTS = (DIGESTS, PAPERS_OF_DAYS, LISTINGS, SIGHTINGS, PAPER_TOPICS, READERS, WISHES)

# What a day leaves behind: one mail in two hundred reaches nobody.
DAY_IS_OVER = """
UPDATE newsletter_delivery
   SET state = CASE WHEN random() < 0.005 THEN 'failed' ELSE 'sent' END, sent_at = %(now)s,
       message_id = '250 2.0.0 Ok: queued as 4bC1x2D3e4'
 WHERE date = %(date)s AND state = 'planned'
"""
SETTLE = "UPDATE newsletter_bundle SET is_settled = TRUE WHERE date = %(date)s"


def fill(readers: int, first: dt.datetime) -> None:
    """Store papers and readers, all of whom are due at `first`."""
    known: dict[str, Any] = {
        "today": TODAY,
        "days": _DAYS,
        "papers": PAPERS,
        "readers": readers,
        "hour": HOUR,
        "most": MOST_PAPERS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        for statement in STATEMENTS:
            cursor.execute(statement, known)
        for start in range(1, readers + 1, _BATCH):
            mornings.expect(range(start, min(start + _BATCH, readers + 1)), first)
        cursor.execute("VACUUM ANALYZE")


def end_day(now: dt.datetime) -> None:
    """Have all mail of a day be sent, or not, and clear up as PostgreSQL would by the next day."""
    with connection.cursor() as cursor:
        cursor.execute(DAY_IS_OVER, {"now": now, "date": now.date()})
        cursor.execute(SETTLE, {"date": now.date()})
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
