import threading

import pytest
from django.db import connection

from newsletter.locks import alone

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(name: str) -> bool:
    """Tell whether another connection would be alone at `name`."""
    answers = list[bool]()

    def ask() -> None:
        with alone(name) as mine:
            answers.append(mine)
        connection.close()

    other = threading.Thread(target=ask)
    other.start()
    other.join()
    return answers[0]


def test_only_one_worker_is_alone_at_a_thing() -> None:
    with alone("tick") as mine:
        assert mine
        assert not elsewhere("tick")
        assert elsewhere("something else")


def test_who_is_done_leaves_room_for_the_next() -> None:
    with alone("tick"):
        pass
    assert elsewhere("tick")


def test_a_failure_leaves_room_too() -> None:
    with pytest.raises(ZeroDivisionError), alone("tick"):
        _ = 1 / 0
    assert elsewhere("tick")


def test_a_lost_connection_leaves_room_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # psycopg's pool, unknown to the stubs
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 1")
        assert cursor.fetchone() == (0,)
