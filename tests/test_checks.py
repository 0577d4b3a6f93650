"""The door: a configuration that cannot work is named, variable by variable, and nothing starts."""

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from config.checks import CANNOT_BOOT, environment_is_usable, provider_is_heard, stop_on_errors
from config.environment import Problem

PROJECT = Path(__file__).resolve().parent.parent
SECRET = "hunter2-correct-horse"
COMPLETE = {
    "SITE_URL": "https://paperboy.example",
    "SECRET_KEY": "only-for-tests-T7vQ2mXk9LrWz4HsNf8BjYd3GpCa6EuKwR5tMxVn",
    "ADDRESS_KEY": "only-for-tests-b5NwJ8xKc2RfVt6PzQm4LhYs9DgEa3UuXr7kTjMn",
    "DATABASE_URL": "postgresql://paperboy:pass@db.paperboy.example:5432/paperboy",
    "REDIS_URL": "rediss://redis.paperboy.example:6379/0",
    "EMAIL_URL": "smtp://paperboy:pass@smtp.paperboy.example:587",
    "DEFAULT_FROM_EMAIL": "Paperboy <morning@paperboy.example>",
    # Set, though empty: so that a developer's .env cannot fill them in.
    "CONTACT_EMAIL": "",
    "DEBUG": "",
    "DEFAULT_TIME_ZONE": "",
    "FETCH_PLAIN_HTTP": "",
    "FETCH_NETWORKS": "",
    "WEBHOOK_SECRET": "",
    "WEBHOOK_SIGNING_KEY": "",
}
REQUIRED = {
    "SECRET_KEY": "paperboy.E001",
    "ADDRESS_KEY": "paperboy.E002",
    "DATABASE_URL": "paperboy.E003",
    "REDIS_URL": "paperboy.E004",
    "EMAIL_URL": "paperboy.E005",
    "DEFAULT_FROM_EMAIL": "paperboy.E006",
}
WRONG = [
    ("SECRET_KEY", SECRET, "paperboy.E001"),
    ("ADDRESS_KEY", SECRET, "paperboy.E002"),
    ("DATABASE_URL", f"postgres://paperboy:{SECRET}#@db.example/paperboy", "paperboy.E003"),
    ("DATABASE_URL", f"postgres://paperboy:{SECRET}@[db/paperboy", "paperboy.E003"),
    ("DATABASE_URL", f"mysql://paperboy:{SECRET}@db.example/paperboy", "paperboy.E003"),
    ("REDIS_URL", f"{SECRET}:@redis.example", "paperboy.E004"),
    ("REDIS_URL", "redis.example:6379", "paperboy.E004"),
    ("REDIS_URL", "redis:", "paperboy.E004"),
    ("EMAIL_URL", f"smtp://paperboy:{SECRET}/@smtp.example", "paperboy.E005"),
    ("EMAIL_URL", f"{SECRET}", "paperboy.E005"),
    ("EMAIL_URL", "resend://", "paperboy.E005"),
    ("DEFAULT_FROM_EMAIL", "Paperboy", "paperboy.E006"),
    ("DEFAULT_FROM_EMAIL", "Paperboy <morning>", "paperboy.E006"),
    ("DEFAULT_FROM_EMAIL", "Papers, daily <morning@paperboy.example>", "paperboy.E006"),
    ("DEFAULT_FROM_EMAIL", "Paperboy <morning@zeitungsjunge-münchen.example>", "paperboy.E006"),
    ("SITE_URL", "paperboy.example", "paperboy.E007"),
    ("SITE_URL", "http://paperboy.example", "paperboy.E007"),
    ("SITE_URL", "ftp://paperboy.example", "paperboy.E007"),
    ("SITE_URL", "https://", "paperboy.E007"),
    ("DEBUG", "perhaps", "paperboy.E008"),
    ("DEBUG", "true", "paperboy.E008"),
    ("DEFAULT_TIME_ZONE", "CEST", "paperboy.E009"),
    ("FETCH_PLAIN_HTTP", "sometimes", "paperboy.E010"),
    ("FETCH_NETWORKS", "10.1.2.3/16", "paperboy.E011"),
    ("CONTACT_EMAIL", "the editor", "paperboy.E099"),
    ("LOOKBACK_DAYS", "0", "paperboy.E099"),
    ("SENDING_RATE", "fast", "paperboy.E099"),
    ("DOMAIN_RATES", "gmail.com", "paperboy.E099"),
    ("WARM_UP", "soon", "paperboy.E099"),
    ("WEBHOOK_SECRET", SECRET, "paperboy.E099"),
    ("WEBHOOK_SECRET", f"ada:{SECRET}", "paperboy.E099"),
]
NOTHING = COMPLETE | dict.fromkeys(REQUIRED, "")
EVERYTHING_WRONG = COMPLETE | {variable: value for variable, value, _ in reversed(WRONG)}

Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return what reads the settings afresh, under a complete environment with some changes."""

    def read_settings(**changes: str) -> dict[str, Any]:
        for name, value in (COMPLETE | changes).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(PROJECT / "config" / "settings.py"))

    monkeypatch.setattr("dotenv.load_dotenv", lambda _: None)
    return read_settings


def checked(values: dict[str, Any]) -> list[CheckMessage]:
    names = "ENVIRONMENT_PROBLEMS", "DEFAULT_TIME_ZONE", "DEFAULT_FROM_EMAIL", "CONTACT_EMAIL"
    with override_settings(**{name: values[name] for name in names}):
        return environment_is_usable()


def test_nothing_is_found_in_a_complete_environment(read: Read) -> None:
    assert checked(read()) == []


@pytest.mark.parametrize(("variable", "name"), REQUIRED.items())
def test_each_required_variable_that_is_missing_has_its_own_id(
    read: Read, variable: str, name: str
) -> None:
    (message,) = checked(read(**{variable: " "}))
    assert (message.id, message.msg) == (name, f"{variable} is not set.")
    assert message.is_serious()
    assert message.hint


@pytest.mark.parametrize(("variable", "value", "name"), WRONG)
def test_each_variable_that_is_wrong_has_its_own_id_and_no_secret_is_shown(
    read: Read, variable: str, value: str, name: str
) -> None:
    (message,) = checked(read(**{variable: value}))
    assert message.id == name
    assert message.is_serious()
    assert message.hint
    assert SECRET not in str(message)


def test_a_required_variable_may_be_missing_on_this_machine(read: Read) -> None:
    values = read(**NOTHING | {"SITE_URL": ""})
    assert values["LOCAL"]
    assert checked(values) == []


@pytest.mark.parametrize(
    "site", ["http://127.0.0.1:8000", "http://localhost", "https://[::1]:8443"]
)
def test_a_site_on_loopback_is_local(read: Read, site: str) -> None:
    assert read(SITE_URL=site)["LOCAL"]


@pytest.mark.parametrize("site", ["http://10.0.0.7:8000", "localhost:8000", "paperboy.example"])
def test_no_other_site_is_local_however_wrong(read: Read, site: str) -> None:
    assert not read(SITE_URL=site)["LOCAL"]


@pytest.mark.parametrize("site", ["https://paperboy.example", "paperboy.example"])
def test_nothing_secret_has_a_default_outside_local_mode(read: Read, site: str) -> None:
    values = read(**NOTHING | {"SITE_URL": site})
    assert values["SECRET_KEY"] == values["ADDRESS_KEY"] == ""
    assert values["DATABASES"] == {}
    assert values["REDIS_URL"] == values["CELERY_BROKER_URL"] == ""


def test_local_secrets_are_long_and_not_the_same(read: Read) -> None:
    values = read(**NOTHING | {"SITE_URL": ""})
    assert values["SECRET_KEY"] != values["ADDRESS_KEY"]
    assert min(len(values["SECRET_KEY"]), len(values["ADDRESS_KEY"])) >= 50


def test_a_name_with_a_comma_still_makes_a_sender(read: Read) -> None:
    values = read(**NOTHING | {"SITE_URL": "", "SITE_NAME": "Papers, daily"})
    assert values["DEFAULT_FROM_EMAIL"] == '"Papers, daily" <paperboy@localhost>'
    assert checked(values) == []


def test_mail_settings_come_from_the_mail_url(read: Read) -> None:
    values = read(EMAIL_URL="smtps://ada:secret@mail.example")
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"]) == ("mail.example", 465)
    assert values["EMAIL_HOST_PASSWORD"] == "secret"
    assert values["TRANSPORT"] == "smtp"


def test_no_provider_tracks_readers(read: Read) -> None:
    anymail = read(EMAIL_URL="resend://KEY@")["ANYMAIL"]
    assert anymail["RESEND_API_KEY"] == "KEY"
    assert anymail["SEND_DEFAULTS"] == {"track_opens": False, "track_clicks": False}


LOGIN = f"paperboy:{SECRET}-{SECRET}"


@pytest.mark.parametrize(
    ("url", "proof", "heard"),
    [
        ("postmark://KEY@", {"WEBHOOK_SECRET": LOGIN}, "postmark"),
        ("postmark://KEY@", {"WEBHOOK_SIGNING_KEY": SECRET}, ""),
        ("postmark://KEY@", {}, ""),
        ("resend://KEY@", {"WEBHOOK_SIGNING_KEY": SECRET}, "resend"),
        ("resend://KEY@", {"WEBHOOK_SECRET": LOGIN}, ""),
        ("smtp://mail.example", {"WEBHOOK_SECRET": LOGIN, "WEBHOOK_SIGNING_KEY": SECRET}, ""),
    ],
)
def test_a_provider_is_heard_only_where_it_can_be_told_from_others(
    read: Read, url: str, proof: dict[str, str], heard: str
) -> None:
    values = read(EMAIL_URL=url, **proof)
    assert values["WEBHOOKS_FROM"] == heard
    assert ("WEBHOOK_SECRET" in values["ANYMAIL"]) == bool(heard)
    with override_settings(TRANSPORT=values["TRANSPORT"], WEBHOOKS_FROM=heard):
        warnings = provider_is_heard()
    assert [warning.id for warning in warnings] == (
        [] if heard or url.startswith("smtp") else ["paperboy.W001"]
    )
    assert not any(warning.is_serious() for warning in warnings)


def test_a_login_may_be_replaced_while_the_old_one_holds(read: Read) -> None:
    anymail = read(EMAIL_URL="brevo://KEY@", WEBHOOK_SECRET=f"{LOGIN}, {LOGIN}2")["ANYMAIL"]
    assert anymail["WEBHOOK_SECRET"] == [LOGIN, f"{LOGIN}2"]


def test_a_signing_key_is_anymails(read: Read) -> None:
    values = read(EMAIL_URL="mailgun://KEY@mail.example", WEBHOOK_SIGNING_KEY=SECRET)
    assert values["ANYMAIL"]["MAILGUN_WEBHOOK_SIGNING_KEY"] == SECRET


def test_nothing_private_is_fetched_from_unless_the_environment_says_so(read: Read) -> None:
    values = read()
    assert (values["FETCH_PLAIN_HTTP"], values["FETCH_NETWORKS"]) == (False, ())
    values = read(FETCH_PLAIN_HTTP="true", FETCH_NETWORKS="10.1.0.0/16")
    assert values["FETCH_PLAIN_HTTP"]
    assert values["FETCH_NETWORKS"] == (ip_network("10.1.0.0/16"),)


def test_a_failed_check_stops_the_process_with_all_that_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problems = [
        Problem("SITE_URL", "It is bad.", "Mend it."),
        Problem("DEBUG", "It is on.", "Off."),
    ]
    with override_settings(ENVIRONMENT_PROBLEMS=problems), pytest.raises(SystemExit) as stop:
        stop_on_errors()
    assert stop.value.code == CANNOT_BOOT
    said = capsys.readouterr().err
    assert all(word in said for word in ("does not start", "E007", "Mend it.", "E008"))


def test_a_warning_stops_nothing() -> None:
    with override_settings(ENVIRONMENT_PROBLEMS=[]):
        stop_on_errors()


# The same, seen from outside: each program below is started once, all of them at the same time.


@dataclass(frozen=True)
class Program:
    """What a program left behind: its status and its words."""

    status: int
    words: str

    @property
    def ids(self) -> set[str]:
        return set(re.findall(r"paperboy\.E\d{3}", self.words))


CELERY = ("-m", "celery", "-A", "config.celery")
CHECK = ("manage.py", "check", "--deploy", "--fail-level=WARNING")
PROGRAMS = {
    "complete check": (CHECK, COMPLETE),
    "complete web": (("-c", "import config.wsgi"), COMPLETE),
    "nothing check": (CHECK, NOTHING),
    "nothing web": (("-c", "import config.wsgi"), NOTHING),
    "nothing worker": ((*CELERY, "worker"), NOTHING),
    "nothing beat": ((*CELERY, "beat"), NOTHING),
    "wrong check": (CHECK, EVERYTHING_WRONG),
}


@pytest.fixture(scope="module")
def programs() -> dict[str, Program]:
    running = {
        name: subprocess.Popen(
            [sys.executable, *program],
            cwd=PROJECT,
            env=os.environ | environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name, (program, environment) in PROGRAMS.items()
    }
    words = {name: process.communicate(timeout=60)[0] for name, process in running.items()}
    return {name: Program(process.returncode, words[name]) for name, process in running.items()}


def test_a_complete_environment_passes_every_check_for_deployment(
    programs: dict[str, Program],
) -> None:
    program = programs["complete check"]
    assert program.status == 0
    assert "no issues" in program.words


def test_the_web_server_starts_in_a_complete_environment(programs: dict[str, Program]) -> None:
    assert programs["complete web"].status == 0


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("nothing")])
def test_no_program_starts_without_what_is_required(
    programs: dict[str, Program], name: str
) -> None:
    assert programs[name].status != 0
    assert programs[name].ids == set(REQUIRED.values())
    assert "HINT" in programs[name].words
    assert "Traceback" not in programs[name].words


def test_one_look_shows_everything_that_is_wrong_and_no_secret(
    programs: dict[str, Program],
) -> None:
    program = programs["wrong check"]
    assert program.status != 0
    assert program.ids == {name for _, _, name in WRONG}
    assert SECRET not in program.words
    assert "Traceback" not in program.words
