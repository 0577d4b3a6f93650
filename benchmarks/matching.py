"""How long do papers take to meet the topics, and what readers typed? See README.md beside this."""

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from benchmarks.processes import Result, run
from benchmarks.turns import fastest

AIM = 2.0  # seconds for 500 papers
PHRASES = (1_000, 10_000, 100_000)
RUNS = 3


def main() -> None:
    """Measure, and print the best of the runs."""
    wish = _arguments()
    results = fastest(wish.phrases, wish.runs, _run, by="cold")
    sys.stdout.write(f"{json.dumps(results)}\n") if wish.json else _show(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.matching", description=__doc__)
    usual = " ".join(map(str, PHRASES))
    parser.add_argument("phrases", nargs="*", type=int, default=PHRASES, help=f"usually {usual}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"usually {RUNS}")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _run(phrases: int, url: str) -> Result:
    result: Result = {}
    for step in ("fill", "meet", "meet naively"):
        result |= run(url, "benchmarks.matched", step, str(phrases))
    return result


def _show(results: dict[int, Result]) -> None:
    table = Table(
        "phrases", "cold s", "warm s", "naive s", "rows", "peak MB", title="500 papers, best runs"
    )
    for phrases, result in results.items():
        seconds = (result[name] for name in ("cold", "warm", "naive"))
        numbers = (result["rows"], result["peak_mb"])
        table.add_row(
            f"{phrases:,}", *(f"{it:,.2f}" for it in seconds), *(f"{it:,}" for it in numbers)
        )
    console = Console()
    console.print(table)
    most, result = max(results.items())
    console.print(
        f"{result['cold']:.2f} s with {most:,} phrases once a topic has changed (aim: {AIM}), "
        f"{result['naive'] / result['cold']:,.0f} times as fast as the naive loop. Of it:"
    )
    for part, seconds in result["parts"].items():
        console.print(f"{seconds:6.3f} s  {part}")


if __name__ == "__main__":
    main()
