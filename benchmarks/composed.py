"""One step of `benchmarks.composing`, in a process of its own: prints an object."""

import datetime as dt
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import django

from benchmarks.processes import Result, peak_mb
from config.startup import prepare

DAYS_BEFORE = 6
SAMPLE = 300


def main() -> None:
    """Do the step named, and print what came of it."""
    prepare()
    django.setup()
    step, readers = sys.argv[1:]
    sys.stdout.write(json.dumps(STEPS[step](int(readers))))


def fill(readers: int) -> Result:
    """Store readers and papers, and compose and send for six days."""
    from benchmarks import readership  # noqa: PLC0415 - needs Django set up
    from newsletter.compose import compose  # noqa: PLC0415 - the same

    days = [_morning(age) for age in range(DAYS_BEFORE, 0, -1)]
    readership.fill(readers, days[0])
    seconds = []
    for day in days:
        start = time.perf_counter()
        compose(day)
        seconds.append(round(time.perf_counter() - start, 2))
        readership.end_day(day)
    return {"days_before": seconds}


def measure(readers: int) -> Result:
    """Compose for some readers by a query set each, then for all; they must agree exactly."""
    from benchmarks import plainly  # noqa: PLC0415 - needs Django set up
    from newsletter.compose import compose  # noqa: PLC0415 - the same

    now = _morning(0)
    start = time.perf_counter()
    expected = plainly.compose(range(1, readers + 1, readers // SAMPLE), now)
    plain = (time.perf_counter() - start) / len(expected) * readers
    spent = _watch_statements()
    start = time.perf_counter()
    composed = compose(now)
    seconds = time.perf_counter() - start
    if plainly.found(expected, now) != expected:
        raise SystemExit("What was composed is not what a query set per reader finds.")
    return {
        "seconds": seconds,
        "plain_seconds": plain,
        "client_mb": peak_mb(),
        "due": composed.due,
        "planned": composed.planned,
        "bytes": _bytes_a_delivery(),
        "statements": dict(Counter(spent).most_common()),
    } | _distribution(now)


STEPS: dict[str, Callable[[int], Result]] = {"fill": fill, "measure": measure}


def _morning(age: int) -> dt.datetime:
    from benchmarks.readership import HOUR, TODAY  # noqa: PLC0415 - needs Django set up

    return dt.datetime.combine(TODAY - dt.timedelta(days=age), dt.time(HOUR, 1), dt.UTC)


def _watch_statements() -> dict[str, float]:
    """Count the seconds of each statement, over all connections that are made from now on."""
    from django.db.backends.signals import connection_created  # noqa: PLC0415 - Django set up

    spent: defaultdict[str, float] = defaultdict(float)

    def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            spent[" ".join(sql.split()[:5])] += time.perf_counter() - start

    def watch(connection: Any, **_: object) -> None:
        if wrapper not in connection.execute_wrappers:
            connection.execute_wrappers.append(wrapper)

    connection_created.connect(watch, weak=False)
    return spent


def _bytes_a_delivery() -> dict[str, float]:
    """Return what a delivery costs on disk: the tables of seven mornings, divided by it.

    Space that rows leave behind when they are written again is in it, as it will be in the field.
    """
    deliveries = _one("SELECT count(*) FROM newsletter_delivery")
    sizes = {
        "deliveries": _one("SELECT pg_table_size('newsletter_delivery')"),
        "their indexes": _one("SELECT pg_indexes_size('newsletter_delivery')"),
        "editions": _one("SELECT pg_total_relation_size('newsletter_edition')"),
        "bundles": _one("SELECT pg_total_relation_size('newsletter_bundle')"),
        "next mornings": _one("SELECT pg_total_relation_size('subscribers_nextmorning')"),
    }
    return {name: size / deliveries for name, size in sizes.items()}


def _distribution(now: dt.datetime) -> Result:
    """Return how alike readers are: how many choices and lists, and how many share a few."""
    return {
        "choices": _one("SELECT count(DISTINCT choice) FROM subscribers_nextmorning"),
        "editions": _one(EDITIONS, {"date": now.date()}),
        "in_the_thousand_commonest": _one(COMMONEST, {"date": now.date()}),
    }


EDITIONS = "SELECT count(DISTINCT edition_id) FROM newsletter_delivery WHERE date = %(date)s"
COMMONEST = """
SELECT sum(copies)::int
  FROM (SELECT count(*) AS copies
          FROM newsletter_delivery
         WHERE date = %(date)s AND edition_id IS NOT NULL
         GROUP BY edition_id
         ORDER BY copies DESC
         LIMIT 1000) AS edition
"""


def _one(query: str, known: dict[str, Any] | None = None) -> int:
    from django.db import connection  # noqa: PLC0415 - needs Django set up

    with connection.cursor() as cursor:
        cursor.execute(query, known)
        number: int = cursor.fetchone()[0]
    return number


if __name__ == "__main__":
    main()
