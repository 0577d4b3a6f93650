"""A real PostgreSQL and a real Redis, out of Python wheels, that stand in while no URL is set.

They live in var/, listen on Unix sockets only, start with the first process that asks for them and
stop after the last one. The settings import this package, so it imports no Django.
"""

from .errors import LocalServerError
from .locks import join_users, starting
from .places import VAR, make_folder
from .postgres import Postgres
from .redis import Redis
from .server import Server

__all__ = ["SERVERS", "LocalServerError", "database_url", "ensure_running", "redis_url"]

SERVERS: tuple[Server, ...] = (Postgres(), Redis())


def database_url(name: str = "paperboy") -> str:
    """Return the URL of a database of the local PostgreSQL; starts nothing."""
    return Postgres().url(name)


def redis_url() -> str:
    """Return the URL of the local Redis, in redis-py's form; starts nothing."""
    return Redis().url()


def ensure_running(*, postgres: bool, redis: bool) -> None:
    """Start what is wanted and not yet running, and keep it until this process has ended.

    Returns when the servers are ready for work and the database `paperboy` exists. Any number of
    processes may call this at once, and one process may call it again.

    Raises LocalServerError when that cannot be had.
    """
    wanted = [server for server, want in zip(SERVERS, (postgres, redis), strict=True) if want]
    if not wanted:
        return
    try:
        make_folder(VAR)
        join_users()
        with starting():
            for server in wanted:
                server.ensure_running()
    except OSError as error:
        raise LocalServerError(
            f"The local servers cannot use {VAR}: {error}.",
            remedy="see that it is yours and that the disk is not full, "
            "or set DATABASE_URL and REDIS_URL to use servers of your own.",
        ) from error
