"""Whoever changes papers does so alone."""

from django.db import connection

PAPERS = 0x1D16E57  # the key of the lock


def lock_papers() -> None:
    """Wait until no other transaction changes papers, and keep them out until ours has ended.

    Two ingests at once could store one paper twice, or wait for each other's rows; an operator's
    correction could be undone by a digest that had read the row before it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PAPERS])
