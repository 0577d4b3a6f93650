"""Fuzz every target, one after the other: `make fuzz MINUTES=5`.

Shows what was done and found; fails if an input crashed a parser, and keeps that input. What led
to new paths is kept too, so that the next run begins where this one ended.
"""

import argparse
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mutations import LARGEST
from rich.console import Console
from rich.table import Table

from fuzz.dictionaries import dictionary
from fuzz.targets import TARGETS

KEPT = Path("var/fuzz")
SECONDS_AN_INPUT = 5  # an input of 60 kB takes 0.05 s; a parser's limit for 20 MB is two
MEGABYTES = 1_000  # of the whole process, instruments included
_STATISTIC = re.compile(r"^stat::(\w+): +(\d+)$", re.MULTILINE)
_COLUMNS = ("executions", "a second", "new paths", "crashes", "slowest", "peak memory")


@dataclass(frozen=True, slots=True)
class Result:
    """What one target's run came to."""

    target: str
    statistics: dict[str, int]
    slowest: str  # seconds
    crashes: list[Path]  # the inputs
    log: Path
    has_failed: bool

    def row(self) -> list[str]:
        """Return the cells of the table."""
        numbers = ("number_of_executed_units", "average_exec_per_sec", "new_units_added")
        return [
            self.target,
            *(f"{self.statistics.get(number, 0):,}" for number in numbers),
            str(len(self.crashes)),
            f"{self.slowest} s",
            f"{self.statistics.get('peak_rss_mb', 0)} MB",
        ]


def main() -> int:
    """Fuzz, show the table, and return 1 where something was found."""
    arguments = _arguments()
    results = []
    console = Console()
    for target in arguments.targets or TARGETS:
        seconds = max(1, round(arguments.minutes * 60 / len(arguments.targets or TARGETS)))
        with console.status(f"{target}: {seconds} s"):
            results.append(_fuzz(target, seconds))
    console.print(_table(results))
    failed = [result for result in results if result.has_failed]
    for result in failed:
        kept = ", ".join(map(str, result.crashes)) or "no input"
        console.print(f"[red]{result.target} failed[/]: {kept}; why is in {result.log}")
    return bool(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="in all (default: 5)")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    arguments = parser.parse_args()
    if unknown := {*arguments.targets} - {*TARGETS}:
        parser.error(f"no target is named {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return arguments


def _fuzz(target: str, seconds: int) -> Result:
    folder = KEPT / target
    folder.mkdir(parents=True, exist_ok=True)
    words = folder / "dictionary"
    words.write_text(dictionary(target))
    log = folder / "log"
    earlier = {*_inputs(folder)}
    options = {
        "max_total_time": seconds,
        "max_len": LARGEST,
        "timeout": SECONDS_AN_INPUT,
        "rss_limit_mb": MEGABYTES,
        "dict": words,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
    }
    command = [sys.executable, "-m", "fuzz.child", target, str(folder)]
    command += [f"-{name}={value}" for name, value in options.items()]
    with log.open("wb") as output:
        code = subprocess.run(command, stdout=output, stderr=output, check=False).returncode
    said = log.read_text(errors="replace")
    slowest = folder / "slowest.seconds"
    return Result(
        target,
        {name: int(value) for name, value in _STATISTIC.findall(said)},
        slowest.read_text() if slowest.exists() else "?",
        sorted({*_inputs(folder)} - earlier),
        log,
        has_failed=code != 0,
    )


def _inputs(folder: Path) -> list[Path]:
    """Return what libFuzzer keeps: crash-..., timeout-..., oom-... and leak-...."""
    kept = ("crash-*", "timeout-*", "oom-*", "leak-*")
    return [path for pattern in kept for path in folder.glob(pattern)]


def _table(results: list[Result]) -> Table:
    table = Table("target", title="Fuzzing")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    for result in results:
        table.add_row(*result.row(), style="red" if result.has_failed else None)
    return table


if __name__ == "__main__":
    sys.exit(main())
