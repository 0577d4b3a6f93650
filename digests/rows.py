"""Write many rows with one statement and one parameter: JSON, read into the columns' own types.

`bulk_create` makes an object of each row and a parameter of each value. For the dozen rows that a
paper needs, that took as long as all other work on it.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db import connection


def write(
    statement: str, rows: Iterable[Mapping[str, object]], **parameters: int | dt.datetime
) -> list[tuple[Any, ...]]:
    """Execute a statement that takes `rows` as JSON, each an object; return what it returns."""
    json = msgspec.json.encode([*rows]).decode()
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": json, **parameters})
        return cursor.fetchall() if cursor.description else []
