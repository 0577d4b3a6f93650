"""System checks of the configuration, and the rule that nothing starts while one fails."""

import sys
from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any
from zoneinfo import available_timezones

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from config.environment import Problem

# Stable ids, so that an operator can look one up or silence it knowingly.
IDS = {
    name: f"paperboy.E{number:03}"
    for number, name in enumerate(
        (
            "SECRET_KEY",
            "ADDRESS_KEY",
            "DATABASE_URL",
            "REDIS_URL",
            "EMAIL_URL",
            "DEFAULT_FROM_EMAIL",
            "SITE_URL",
            "DEBUG",
            "DEFAULT_TIME_ZONE",
            "FETCH_PLAIN_HTTP",
            "FETCH_NETWORKS",
        ),
        start=1,
    )
}
# The status by which a gunicorn worker says that starting it again is of no use.
CANNOT_BOOT = 3
ANY_OTHER_VARIABLE = "paperboy.E099"


@register(Tags.security)
def environment_is_usable(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001 - the signature of a check
    **_: Any,
) -> list[CheckMessage]:
    """Report every variable that is missing or cannot be used."""
    return [
        Error(problem.message, problem.hint, id=IDS.get(problem.variable, ANY_OTHER_VARIABLE))
        for problem in (*settings.ENVIRONMENT_PROBLEMS, *_meaningless_values())
    ]


@register(Tags.security)
def provider_is_heard(
    app_configs: Sequence[AppConfig] | None = None,  # noqa: ARG001 - the signature of a check
    **_: Any,
) -> list[CheckMessage]:
    """Warn where mail leaves by a provider that may not tell what became of it."""
    if settings.TRANSPORT != "provider" or settings.WEBHOOKS_FROM:
        return []
    message = "What the provider tells of bounces and complaints is not heard."
    hint = "Set WEBHOOK_SECRET, with Mailgun and Resend WEBHOOK_SIGNING_KEY; see the README."
    return [checks.Warning(message, hint, id="paperboy.W001")]


def _meaningless_values() -> Iterator[Problem]:
    """Find the values that are well written and mean nothing."""
    zone = settings.DEFAULT_TIME_ZONE
    if zone not in available_timezones():
        message = f"DEFAULT_TIME_ZONE is {zone!r}, which is no time zone."
        yield Problem("DEFAULT_TIME_ZONE", message, "Give an IANA name such as Europe/Berlin.")
    for name in ("DEFAULT_FROM_EMAIL", "CONTACT_EMAIL"):
        value = getattr(settings, name)
        if value and not _holds_address(value):
            message = f"{name} is {value!r}, which holds no e-mail address."
            hint = "Write morning@example.org or Name <morning@example.org>; é in a domain as xn--…"
            yield Problem(name, message, hint)


def _holds_address(text: str) -> bool:
    address = parseaddr(text)[1]
    try:
        validate_email(address)
    except ValidationError:
        return False
    return address.isascii()  # SMTP without SMTPUTF8 (RFC 6531) has no words for any other


def stop_on_errors() -> None:
    """End the process where a check fails: for servers and workers, which run no checks themselves.

    Raises:
        SystemExit: after it has written every failed check to stderr.

    """
    errors = [message for message in run_checks() if message.is_serious()]
    if errors:
        lines = ["Paperboy does not start:", *(f"  {error}" for error in errors)]
        sys.stderr.write("\n".join(lines) + "\n")
        sys.exit(CANNOT_BOOT)
