"""How long does it take to compose for a million readers? See README.md beside this."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.databases import copy_of, migrated
from benchmarks.processes import Result, run

AIM_SECONDS, AIM_MB, AIM_READERS = 15, 150, 1_000_000
READERS = (10_000, 100_000, 1_000_000)
STEPS = ("fill", "measure")


def main() -> None:
    """Measure each number of readers, and print it."""
    wish = _arguments()
    results = _measure(wish.readers)
    _show(results)
    if wish.json:
        wish.json.write_text(json.dumps({"composing": results}), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.composing", description=__doc__)
    usual = " ".join(map(str, READERS))
    parser.add_argument("readers", nargs="*", type=int, default=READERS, help=f"usually {usual}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as well")
    return parser.parse_args()


def _measure(numbers: list[int]) -> dict[int, Result]:
    results: dict[int, Result] = {number: {} for number in numbers}
    with migrated() as template:
        console = Console(stderr=True)
        for number in track(numbers, "Composing", console=console, transient=True):
            with copy_of(template) as url:
                for step in STEPS:
                    results[number] |= run(url, "benchmarks.composed", step, str(number))
    return results


def _show(results: dict[int, Result]) -> None:
    table = Table(
        *("readers", "seconds", "a query set each", "client MB", "choices", "editions"),
        *("in the 1,000 commonest", "bytes a delivery", "and its indexes"),
        title="The seventh morning: 500 papers a day, at most 20 a reader",
    )
    for readers, it in results.items():
        table.add_row(
            f"{readers:,}",
            f"{it['seconds']:.1f}",
            f"{it['plain_seconds']:,.0f}",
            *(f"{it[name]:,}" for name in ("client_mb", "choices", "editions")),
            f"{it['in_the_thousand_commonest'] / readers:.0%}",
            *(f"{it['bytes'][name]:.0f}" for name in ("deliveries", "their indexes")),
        )
    console = Console()
    console.print(table)
    most, result = max(results.items())
    console.print(
        f"{most:,} readers: {result['plain_seconds'] / result['seconds']:,.0f} times as fast as a "
        f"query set per reader, with the same papers. Aim: {AIM_READERS:,} within {AIM_SECONDS} s, "
        f"in less than {AIM_MB} MB. The costliest statements:"
    )
    for statement, seconds in [*result["statements"].items()][:10]:
        console.print(f"{seconds:7.2f} s  {statement}")


if __name__ == "__main__":
    main()
