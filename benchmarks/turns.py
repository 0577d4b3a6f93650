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
    with migrated() as template:

        def measure_one(thing: K) -> Result:
            with copy_of(template) as url:
                return measure(thing, url)

        results = in_turns(things, runs, measure_one)
    return {thing: min(found, key=lambda result: result[by]) for thing, found in results.items()}


def in_turns(
    things: Collection[K], runs: int, measure: Callable[[K], Result]
) -> dict[K, list[Result]]:
    """Measure each thing `runs` times; return all its results."""
    results: dict[K, list[Result]] = {thing: [] for thing in things}
    for thing in track([*things] * runs, "Measuring", console=Console(stderr=True), transient=True):
        results[thing].append(measure(thing))
    return results
