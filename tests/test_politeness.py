import datetime as dt
import threading
import time
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from beside import as_another_worker
from django.db import OperationalError, connection, transaction

from digests.fetch import FetchError, polite

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = dt.timedelta(milliseconds=1)
HOUR = dt.timedelta(hours=1)
WAITING = """
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
# As before somebody set the database's clock back. Whatever is left to wait is a whole interval.
ASKED_IN_THE_FUTURE = "UPDATE digests_host SET last_request_at = '2999-01-01Z' RETURNING 1"


def wait_at(host: str, interval: dt.timedelta | None = None) -> float:
    """Make a request and return the seconds it was to wait before; nobody really waits."""
    waits: list[float] = []
    with polite(host, interval, patience=AT_ONCE, sleep=waits.append):
        pass
    return waits[0]


def ask_beside(host: str) -> bool:
    """Tell whether another worker gets its turn at a host right now."""
    turns: list[str] = []

    def ask() -> None:
        with suppress(FetchError):
            wait_at(host)
            turns.append(host)

    as_another_worker(ask)
    return bool(turns)


def one(sql: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return row and row[0]


# Intervals


def test_the_first_request_to_a_host_need_not_wait() -> None:
    assert wait_at("papers.example") == 0


def test_the_next_request_waits_for_the_rest_of_the_interval() -> None:
    wait_at("papers.example", HOUR)
    assert 3_590 < wait_at("papers.example", HOUR) < 3_600


def test_the_interval_runs_from_the_beginning_of_a_request() -> None:
    with polite("papers.example", sleep=lambda _: None):
        began = one("SELECT clock_timestamp()")
    assert one("SELECT last_request_at <= %s FROM digests_host", began)


def test_a_long_ago_request_is_no_reason_to_wait() -> None:
    wait_at("papers.example")
    one("UPDATE digests_host SET last_request_at = clock_timestamp() - interval '1 s' RETURNING 1")
    assert wait_at("papers.example") == 0


@pytest.mark.parametrize("host", ["arxiv.org", "export.arxiv.org", "rss.arxiv.org", "ArXiv.org."])
def test_arxiv_is_one_host_and_has_three_seconds_and_some(host: str) -> None:
    wait_at("export.arxiv.org")
    one(ASKED_IN_THE_FUTURE)
    assert wait_at(host) == 3.5


@pytest.mark.parametrize("host", ["notarxiv.org", "arxiv.org.example", "org"])
def test_other_hosts_have_their_own_second(host: str) -> None:
    wait_at("arxiv.org")
    assert wait_at(host) == 0
    one(ASKED_IN_THE_FUTURE)
    assert wait_at(host) == 1


def test_a_time_in_the_future_costs_one_interval_at_most() -> None:
    wait_at("papers.example", HOUR)
    one(ASKED_IN_THE_FUTURE)
    assert wait_at("papers.example", HOUR) == 3_600


def test_the_waiting_is_real() -> None:
    begin = time.monotonic()
    for _ in range(3):
        with polite("papers.example", dt.timedelta(milliseconds=50)):
            pass
    assert time.monotonic() - begin >= 0.09


# Turns


def test_one_worker_at_a_time_asks_a_host() -> None:
    with polite("export.arxiv.org"):
        assert not ask_beside("arxiv.org")
        assert ask_beside("papers.example")
    assert ask_beside("arxiv.org")


def test_a_waiting_worker_gets_its_turn_when_the_other_is_done() -> None:
    order: list[str] = []

    def ask() -> None:
        with polite("papers.example", AT_ONCE):
            order.append("second")
        connection.close()

    other = threading.Thread(target=ask)
    with polite("papers.example"):
        other.start()
        while not one(WAITING):
            assert other.is_alive()
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_a_worker_waits_no_longer_than_its_patience() -> None:
    def hold_and_ask() -> None:
        with pytest.raises(FetchError, match=r"arxiv\.org is busy") as caught:
            wait_at("rss.arxiv.org")
        assert caught.value.is_transient
        errors.append(caught.value)

    errors: list[FetchError] = []
    with polite("arxiv.org"):
        as_another_worker(hold_and_ask)
    assert errors


def test_patience_is_for_this_lock_and_no_other() -> None:
    usual = one("SHOW lock_timeout")
    with polite("papers.example", patience=dt.timedelta(seconds=12.345)):
        assert one("SHOW lock_timeout") == usual


def test_the_time_is_on_record_before_the_request_begins() -> None:
    seen: list[object] = []

    def look() -> None:
        seen.append(one("SELECT count(*) FROM digests_host WHERE name = 'papers.example'"))

    with polite("papers.example"):
        as_another_worker(look)
    assert seen == [1]


def test_a_failed_request_leaves_room_and_counts() -> None:
    with pytest.raises(ZeroDivisionError), polite("papers.example"):
        _ = 1 / 0
    assert wait_at("papers.example", HOUR) > 0
    assert ask_beside("papers.example")


def test_a_lost_worker_leaves_room() -> None:
    backend = one("SELECT pg_backend_pid()")
    with pytest.raises(OperationalError), polite("papers.example"):
        as_another_worker(partial(one, "SELECT pg_terminate_backend(%s, 5000)", backend))
    connection.close()
    assert ask_beside("papers.example")


def test_a_worker_cut_off_while_it_waits_is_told_so() -> None:
    errors: list[Exception] = []

    def ask() -> None:
        with pytest.raises(OperationalError) as caught, polite("papers.example"):
            pass
        errors.append(caught.value)
        connection.close()

    other = threading.Thread(target=ask)
    with polite("papers.example"):
        other.start()
        while not (backend := one(WAITING)):
            assert other.is_alive()
        one("SELECT pg_terminate_backend(%s, 5000)", backend)
    other.join()
    assert errors


def test_a_turn_within_a_transaction_is_refused_and_not_kept() -> None:
    with transaction.atomic():
        with pytest.raises(RuntimeError), polite("papers.example"):
            pass
        assert ask_beside("papers.example")
