"""A backup that is restored after its morning was sent: nobody gets a mail twice."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from factories import NOW
from psycopg import sql
from pytest_django import Settings
from recorder import Recorder

from newsletter.compose import compose
from newsletter.deliver import prepare
from newsletter.models import Delivery, Halt
from newsletter.sending import marker_in_redis
from newsletter.sending.halts import resume_after_restore
from newsletter.sending.send import send_ready

pytestmark = pytest.mark.django_db(transaction=True)


class Backup:
    """A copy of the test's database."""

    def __init__(self) -> None:
        self.database = connection.settings_dict["NAME"]
        self.copy = f"{self.database}_{uuid.uuid4().hex[:8]}"

    def take(self) -> None:
        self._execute("CREATE DATABASE {copy} TEMPLATE {database}")

    def restore(self) -> None:
        self._execute("DROP DATABASE {database} WITH (FORCE)")
        self._execute("CREATE DATABASE {database} TEMPLATE {copy}")

    def drop(self) -> None:
        self._execute("DROP DATABASE IF EXISTS {copy} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of the PostgreSQL backend
        names = {"database": sql.Identifier(self.database), "copy": sql.Identifier(self.copy)}
        server, _, _ = django_settings.DATABASE_URL.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as other:
            other.execute(sql.SQL(statement).format(**names))


@pytest.fixture
def backup(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backup]:
    settings.VAR_DIR = tmp_path
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{uuid.uuid4().hex}"
    monkeypatch.setattr(marker_in_redis, "_next_note_at", 0.0)
    made = Backup()
    yield made
    made.drop()


def sent() -> list[str]:
    transport = Recorder()
    prepare(NOW)
    send_ready(transport, lambda: NOW)
    return sorted(transport.recipients)


@pytest.mark.parametrize("is_composed_before", [True, False])
def test_after_a_restore_nobody_gets_a_mail_twice(
    backup: Backup, morning: Callable[..., None], *, is_composed_before: bool
) -> None:
    morning(readers=3, now=NOW)
    if is_composed_before:
        compose(NOW)
    backup.take()
    compose(NOW)
    assert len(sent()) == 3
    backup.restore()
    compose(NOW)
    assert sent() == []
    assert Halt.objects.get().cause == Halt.Cause.RESTORED
    with pytest.raises(CommandError):
        call_command("resume")
    assert resume_after_restore(NOW) == 3
    compose(NOW)
    assert sent() == []
    assert {*Delivery.objects.values_list("state", flat=True)} == {"uncertain"}


def test_a_backup_that_lacks_nothing_goes_on_by_itself(
    backup: Backup, morning: Callable[..., None]
) -> None:
    morning(readers=3, now=NOW)
    compose(NOW)
    assert len(sent()) == 3
    backup.take()
    backup.restore()
    assert sent() == []
    assert not Halt.objects.exists()
