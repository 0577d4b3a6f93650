import datetime as dt
from typing import NamedTuple


class Copy(NamedTuple):
    """One reader's copy of an edition: a delivery, and what its mail needs to know of her.

    A tuple, because there are a million a morning, and a model's instance costs ten times as much.
    """

    delivery: int
    bundle: int
    date: dt.date
    edition: int
    attempts: int
    subscriber: int
    email: str
    unsubscribe_token: str
    preferences_token: str
    language: str
    abstracts: str
    days: int
    hears_of_silence: bool = False
    is_first: bool = False
