"""What every entry point does before Django: start the servers that no URL names."""

import os

from config import local


def prepare() -> None:
    """Name the settings and see that a database and a broker are there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import settings  # noqa: PLC0415 - reads the environment, so not before this call

    local.ensure_running(
        postgres=_server(settings.DATABASE_URL) == _server(local.database_url()),
        redis=local.redis_url() == settings.REDIS_URL,
    )


def _server(database_url: str) -> str:
    """Return a database's URL without its name: any database of the local server is local."""
    return database_url.rpartition("/")[0]
