"""What anybody may see lags behind by some minutes: it is kept by us, and by browsers.

Digests come a few times a day, and who corrects a paper wants to see it soon.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import caches

FRESH_SECONDS = 300
T = TypeVar("T")


def kept(key: str, make: Callable[[], T]) -> T:
    """Return what `make` returned some minutes ago at most.

    It is kept in this process and not in Redis: a page must not wait for a server that is away, and
    asking once in a while is cheap.
    """
    return cast("T", caches["process"].get_or_set(key, make, FRESH_SECONDS))
