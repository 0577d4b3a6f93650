from functools import partial

import pytest
from beside import as_another_worker, begin
from django.db import OperationalError, connection

from config.locks import alone, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(name: str) -> bool:
    """Tell whether another worker would be alone at `name`."""
    answers = list[bool]()

    def ask() -> None:
        with alone(name) as mine:
            answers.append(mine)

    as_another_worker(ask)
    return answers[0]


def enter(name: str) -> None:
    with in_turn(name):
        pass


def cut_off(backend: int) -> None:
    """Have PostgreSQL end a connection, and wait until it has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])


def test_only_one_worker_is_alone_at_a_thing() -> None:
    with alone("tick") as mine:
        assert mine
        assert not elsewhere("tick")
        assert elsewhere("something else")


def test_who_is_done_leaves_room_for_the_next() -> None:
    with alone("tick"):
        pass
    assert elsewhere("tick")


def test_who_takes_turns_waits_for_the_other() -> None:
    with in_turn("tick"):
        waiting = begin(partial(enter, "tick"))
        assert waiting.is_alive()
    waiting.join(10)
    assert not waiting.is_alive()


def test_who_is_alone_at_a_thing_need_not_wait_for_herself() -> None:
    with alone("tick"), in_turn("tick"):
        assert not elsewhere("tick")
    assert elsewhere("tick")


def test_a_failure_leaves_room_too() -> None:
    with pytest.raises(ZeroDivisionError), alone("tick"):
        _ = 1 / 0
    assert elsewhere("tick")


def test_a_lost_connection_leaves_room_too() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with pytest.raises(OperationalError), alone("tick"):
        as_another_worker(partial(cut_off, backend))
    connection.close()
    assert elsewhere("tick")
