"""Measure several things in turns: a busy minute of the machine meets all of them."""

from collections.abc import Callable, Collection
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from benchmarks.databases import copy_of, migrated
from benchmarks.processes import Result

K = TypeVar("K")


def fastest(
    things: Collection[K], runs: int, measure: Callable[[K, str], Result], *, by: str
) -> dict[K, Result]:
    """Measure each thing `runs` times; return its result with the fewest seconds under `by`.

    Whatever else runs can only slow one down. Each time there is a database of its own, empty but
    for its tables; `measure` is given its URL.
    """
    best: dict[K, Result] = {}
    with migrated() as template:
        for thing in track(
            [*things] * runs, "Measuring", console=Console(stderr=True), transient=True
        ):
            with copy_of(template) as url:
                result = measure(thing, url)
            if thing not in best or result[by] < best[thing][by]:
                best[thing] = result
    return best
