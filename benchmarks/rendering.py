"""How fast are mails made, once their papers are loaded? See README.md beside this."""

import argparse
import json
import os
import sys

import django
from rich.console import Console
from rich.progress import track
from rich.table import Table

AIM = 500  # times as fast as a template and an `email` message for each reader
SIZES = (5, 20, 30)  # papers
RUNS = 5
_COMMON = "ten readers a list"  # a million have some 100,000 different ones


def main() -> None:
    """Measure, and print the fastest of the runs."""
    wish = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from benchmarks.printing import measure  # noqa: PLC0415 - needs Django set up

    sizes = track(wish.papers, "Measuring", console=Console(stderr=True), transient=True)
    results = {size: measure(size, wish.runs) for size in sizes}
    sys.stdout.write(f"{json.dumps(results)}\n") if wish.json else _show(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.rendering", description=__doc__)
    usual = " ".join(map(str, SIZES))
    parser.add_argument("papers", nargs="*", type=int, default=SIZES, help=f"usually {usual}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"usually {RUNS}")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _show(results: dict[int, dict[str, float]]) -> None:
    console = Console()
    for papers, result in results.items():
        whole = result["template + email"]
        title = f"{papers} papers, {result.pop('bytes') / 1_000:.1f} kB"
        table = Table("", "CPU us", "times as fast", title=title, min_width=50)
        for column in table.columns[1:]:
            column.justify = "right"
        for name, took in result.items():
            table.add_row(name, f"{took:,.1f}", f"{whole / took:,.0f}")
        console.print(table)
        reached = whole / result[_COMMON]
        console.print(f"{reached:,.0f} times as fast with {_COMMON} (aim: {AIM})\n")


if __name__ == "__main__":
    main()
