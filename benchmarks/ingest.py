"""How fast is an archive stored and matched, and in how much memory? See README.md beside this."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.archive import Archive
from benchmarks.processes import Result, run
from benchmarks.turns import fastest

AIM = 2_000  # papers a second
PAPERS = 12_000
RUNS = 3


def main() -> None:
    """Measure, and print the best of the runs."""
    wish = _arguments()
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder), wish.papers)
        steps = _steps(wish.files or archive.files, quarter=not wish.files)
        results = fastest(steps, wish.runs, lambda name, url: _run(*steps[name], url), by="seconds")
    if not wish.files:
        for result in (results["command"], results["plain"]):
            _require_exact(result, archive)
    sys.stdout.write(f"{json.dumps(results)}\n") if wish.json else _show(results)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.ingest", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="real ones, instead of made-up ones")
    parser.add_argument("--papers", type=int, default=PAPERS, help=f"usually {PAPERS:,}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"usually {RUNS}")
    parser.add_argument("--json", action="store_true", help="print one object")
    return parser.parse_args()


def _steps(files: Sequence[Path], *, quarter: bool) -> dict[str, tuple[str, Sequence[Path]]]:
    """Return each measurement's way and files, by its name."""
    steps = {"command": ("command", files), "plain": ("plain", files)}
    return steps | ({"a quarter": ("command", files[: len(files) // 4])} if quarter else {})


def _run(way: str, files: Sequence[Path], url: str) -> Result:
    result = run(url, "benchmarks.measured", way, stdin="\n".join(map(str, files)))
    return result | {"rate": result["listings"] / result["seconds"]}


def _require_exact(result: Result, archive: Archive) -> None:
    """Require each paper once: none lost, and no two with different ids merged."""
    found = {name: result[name] for name in ("papers", "arxiv_ids", "merged", "listings")}
    due = {"papers": archive.papers, "arxiv_ids": archive.papers, "merged": 0}
    if found != (due := due | {"listings": archive.listings}):
        raise SystemExit(f"The numbers are wrong: {found} where {due} is due.")


def _show(results: dict[str, Result]) -> None:
    table = Table("", "listed", "papers/s", "peak MB", "reader's peak MB", title="Best runs")
    for name, result in results.items():
        numbers = (result["listings"], result["rate"], result["peak_mb"], result["reader_peak_mb"])
        table.add_row(name, *(f"{number:,.0f}" for number in numbers))
    console = Console()
    console.print(table)
    command, plain = results["command"], results["plain"]
    console.print(
        f"{command['rate']:,.0f} papers/s from parse to stored and matched (aim: {AIM:,}), "
        f"{command['rate'] / plain['rate']:.2f} times the plain loop, whose time goes to:"
    )
    for phase, seconds in plain["phases"].items():
        console.print(f"{seconds / plain['seconds']:6.1%}  {phase}")


if __name__ == "__main__":
    main()
