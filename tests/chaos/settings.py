"""The settings of every process of a campaign: the product's, with waits of seconds."""

import datetime as dt
import os
from pathlib import Path

from config.settings import *  # noqa: F403 - all of them
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "chaos.apps.ChaosConfig"]
# A pool has threads, and processes are forked here.
DATABASES["default"]["OPTIONS"].pop("pool", None)
LEASE = dt.timedelta(seconds=float(os.environ["CHAOS_LEASE"]))
SENDERS = 4
VAR_DIR = STATIC_ROOT = Path(os.environ["CHAOS_VAR"])
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {"visibility_timeout": 30}
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "newsletter.tick", "schedule": 1.0, "options": {"expires": 25}},
}
