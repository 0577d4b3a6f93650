"""Signed notes of what a button has just done, by which another button undoes that alone.

They travel in the address of the page that says so, which can be loaded again, and in the form of
that other button; nothing of them is stored. The first button's form has one ready as well: who
presses twice sees the answer to the second press, which finds all done.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.signing import BadSignature, Signer

from subscribers.models import Subscriber

LIFE = dt.timedelta(hours=1)


def write(deed: str, reader: Subscriber, what: Sequence[object], now: dt.datetime) -> str:
    """Return the note of a deed that was done to a reader; `what` is of JSON's own types."""
    return _signer(deed).sign_object([reader.pk, now.timestamp(), *what])


def read(deed: str, reader: Subscriber, note: str, now: dt.datetime) -> list[Any]:
    """Return what a note of hers says; nothing for one that is old, forged or of another deed."""
    try:
        number, written_at, *what = _signer(deed).unsign_object(note)
    except BadSignature:
        return []
    is_fresh = now.timestamp() - written_at < LIFE.total_seconds()
    return what if number == reader.pk and is_fresh else []


def _signer(deed: str) -> Signer:
    return Signer(salt=f"subscribers.receipts.{deed}")
