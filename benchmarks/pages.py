"""How fast do pages answer, with an archive behind them? See README.md beside this."""

import argparse
import json
import sys

from rich.console import Console
from rich.table import Table

from benchmarks.databases import copy_of, migrated
from benchmarks.processes import Result, run
from benchmarks.visitor import measure, served

PAPERS = 100_000
VISITS = 500
AIM = 10.0  # milliseconds for the front page
FRONT = "front page"


def main() -> None:
    """Fill a database, measure every page there is, and print what it took."""
    wish = _arguments()
    with migrated() as template, copy_of(template) as url:
        paths: Result = run(url, "benchmarks.paged", str(wish.papers))
        with served(url) as port:
            results = {name: measure(port, path, wish.visits) for name, path in paths.items()}
    sys.stdout.write(f"{json.dumps(results)}\n") if wish.json else _show(results, wish.papers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.pages", description=__doc__)
    parser.add_argument("papers", nargs="?", type=int, default=PAPERS, help=f"usually {PAPERS:,}")
    parser.add_argument("--visits", type=int, default=VISITS, help=f"usually {VISITS}")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _show(results: dict[str, dict[str, float]], papers: int) -> None:
    title = f"{papers:,} papers, two gunicorn workers: milliseconds of an answer"
    table = Table("", "median", "95 %", "the first", "kB", title=title, min_width=50)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, took in results.items():
        numbers = (took[key] for key in ("median", "p95", "first"))
        table.add_row(name, *(f"{it:,.1f}" for it in numbers), f"{took['bytes'] / 1_000:,.1f}")
    console = Console()
    console.print(table)
    console.print(f"{results[FRONT]['median']:.1f} ms for the front page (aim: {AIM:.0f})")


if __name__ == "__main__":
    main()
