"""Put something else in the place of a part of the product, in this process alone."""

from typing import Any


def put(owner: object, name: str, thing: object) -> Any:
    """Put `thing` where `owner` has `name`; return what was there.

    Raises:
        AttributeError: the product has no such part any more.

    """
    before = getattr(owner, name)
    setattr(owner, name, thing)
    return before
