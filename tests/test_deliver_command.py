"""`manage.py deliver`: the whole product without broker or worker."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import factories as make
import pytest
from beside import database_url
from django.apps import apps
from django.conf import settings as dj_settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from newsletter.models import Bundle, Delivery, Morning

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
AT = "2026-03-16T08:00Z"


def deliver(**options: Any) -> str:
    out = StringIO()
    call_command("deliver", stdout=out, **options)
    return out.getvalue()


def rows() -> dict[str, list[Any]]:
    """Return every row of every table."""
    return {
        model._meta.label: [*model._default_manager.order_by("pk").values_list()]
        for model in apps.get_models(include_auto_created=True)
    }


def test_what_is_due_is_composed_and_sent(morning: Callable[..., None], mailbox: Path) -> None:
    morning(readers=3, now=NOW)
    said = deliver(at=AT)
    assert len([*mailbox.glob("*.eml")]) == 3
    assert "3 editions planned, 0 with nothing new" in said
    assert "2026-03-16: 3 due = 3 sent" in said


def test_it_works_with_redis_switched_off(
    morning: Callable[..., None], mailbox: Path, settings: Settings
) -> None:
    settings.CELERY_BROKER_URL = settings.REDIS_URL = "redis://127.0.0.1:1/0"
    morning(readers=1, now=NOW)
    deliver(at=AT)
    assert Delivery.objects.get().state == "sent"


def test_a_second_run_changes_nothing(morning: Callable[..., None], mailbox: Path) -> None:
    morning(readers=2, now=NOW)
    deliver(at=AT)
    before = rows()
    deliver(at=AT)
    assert rows() == before
    assert len([*mailbox.glob("*.eml")]) == 2


def test_a_rehearsal_shows_what_would_be_and_changes_nothing(
    morning: Callable[..., None], mailbox: Path
) -> None:
    morning(readers=2, now=NOW)
    make.letter(subscriber=make.subscriber("pending"), next_attempt_at=NOW)
    make.subscriber("paused", paused_until=NOW)
    make.delivery(bundle=make.bundle(held=True, lease_until=NOW, date=NOW.date() - make.ONE_DAY))
    before = rows()
    assert "2 editions planned" in deliver(at=AT, dry_run=True)
    assert rows() == before
    assert not mailbox.exists()


def test_a_script_gets_one_object(morning: Callable[..., None]) -> None:
    morning(readers=2, now=NOW)
    assert json.loads(deliver(at=AT, json=True)) == {
        "letters": 0,
        "due": 2,
        "planned": 2,
        "skipped": 0,
        "results": {"sent": 2},
        "mornings": [{"date": "2026-03-16", "due": 2, "states": {"sent": 2}, "balances": True}],
    }


def test_a_time_without_a_zone_is_utc(morning: Callable[..., None]) -> None:
    morning(readers=1, now=NOW)
    deliver(at="2026-03-16T08:00")
    assert Bundle.objects.get().composed_at == NOW


def test_rubbish_for_a_time_is_refused_with_an_example() -> None:
    with pytest.raises(CommandError, match=r"'soon' is no time, such as 2026"):
        deliver(at="soon")


def test_a_closed_transport_leaves_everything_planned_and_says_what_to_do(
    morning: Callable[..., None], settings: Settings
) -> None:
    settings.MAILBOX_DIR = Path("/proc/nowhere")
    morning(readers=3, now=NOW)
    with pytest.raises(CommandError, match="No mail can leave: the mailbox cannot be written"):
        deliver(at=AT)
    assert {*Delivery.objects.values_list("state", flat=True)} == {"planned"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("folder", "code"), [("mailbox", 0), ("page.txt", 1)])
def test_as_a_program_it_needs_no_redis_and_says_by_its_status_how_it_went(
    morning: Callable[..., None], tmp_path: Path, folder: str, code: int
) -> None:
    (tmp_path / "page.txt").touch()  # a file, where mail cannot lie
    morning(readers=1, now=NOW)
    own = {"DATABASE_URL": database_url(), "MAILBOX_DIR": str(tmp_path / folder), "EMAIL_URL": ""}
    away = {"REDIS_URL": "redis://127.0.0.1:1/0"}
    command = [sys.executable, "manage.py", "deliver", "--at", AT]
    done = subprocess.run(
        command, cwd=dj_settings.BASE_DIR, env=os.environ | own | away, check=False
    )
    assert done.returncode == code
    assert Delivery.objects.get().state == ("planned" if code else "sent")


def test_accounts_that_do_not_balance_are_an_error(morning: Callable[..., None]) -> None:
    morning(readers=1, now=NOW)
    Morning.objects.create(date=NOW.date(), due=1)
    with pytest.raises(CommandError, match="do not balance"):
        deliver(at=AT)


def test_what_comes_too_late_for_its_morning_expires_in_the_same_run(
    morning: Callable[..., None], mailbox: Path
) -> None:
    morning(readers=1, now=NOW)
    deliver(at="2026-03-17T03:00Z")
    assert Delivery.objects.get().state == "expired"
    assert not mailbox.exists()
