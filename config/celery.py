"""The Celery application. The broker is only a bell: PostgreSQL knows what is to be done."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("paperboy")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def start_well_or_not_at_all(**_: Any) -> None:
    """See that the servers are there, and stop where a system check fails: Celery would go on."""
    from config.checks import stop_on_errors  # noqa: PLC0415 - needs Django set up
    from config.startup import prepare  # noqa: PLC0415 - only workers and beat start servers here

    prepare()
    stop_on_errors()


@setup_logging.connect
def keep_our_logging(**_: Any) -> None:
    """Leave logging to Django's settings, whose filter hides addresses."""
