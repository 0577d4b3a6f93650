"""What every entry point does before Django: start the servers that no URL names."""

import os

from config import local


def prepare() -> None:
    """Name the settings and see that a database and a broker are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import settings  # noqa: PLC0415 - reads the environment, so not before this call

    if settings.LOCAL:
        local.ensure_running(
            postgres=local.database_url() == settings.DATABASE_URL,
            redis=local.redis_url() == settings.REDIS_URL,
        )
