"""Measure what the worst inputs cost each parser: `python -m benchmarks.parsers [KIND...]`.

Every input is parsed in a process of its own. Shown are the seconds of its processor and the peak
of its memory above that of a process that has parsed nothing, the digest itself included. The
promise is two seconds and 300 MB on a machine of 2024.
"""

import argparse
import datetime as dt
import json
import math
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.worst_inputs import limit, worst
from digests.sources import DigestError, Kind, parse

MOST_SECONDS = 2.0
MOST_MEGABYTES = 300.0
FUSE_SECONDS = 20
FUSE_BYTES = 2_000_000_000
DETECTED = "detected"  # in place of a kind

_ROOT = Path(__file__).parents[1]
_SHOWN = 70  # characters of a result
_TODAY = dt.date(2026, 11, 21)
_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one input took, and what came of it."""

    size: int  # bytes
    seconds: float
    megabytes: float
    outcome: str

    @property
    def is_within_limits(self) -> bool:
        """Whether the parser kept its promise."""
        return self.seconds <= MOST_SECONDS and self.megabytes <= MOST_MEGABYTES


def measure(kind: str, name: str) -> Cost:
    """Parse one of the worst inputs in a process of its own, and see it ended if it would not."""
    command = [sys.executable, "-m", "benchmarks.parsers", "--one", kind, name]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=_ROOT)
    if done.returncode:
        last_words = (done.stderr.splitlines() or [""])[-1]
        return Cost(0, math.inf, math.inf, f"ended with {done.returncode}: {last_words}")
    return Cost(**json.loads(done.stdout))


def main() -> int:
    """Show a table for each kind; return 1 where a limit is broken."""
    arguments = _arguments()
    if arguments.one:
        _set_fuses()
        sys.stdout.write(json.dumps(_cost(*arguments.one)))
        return 0
    is_bad = False
    for kind in arguments.kinds or [*Kind, DETECTED]:
        costs = {name: measure(kind, name) for name in worst(_kind(kind))}
        Console().print(_table(kind, costs))
        is_bad |= not all(cost.is_within_limits for cost in costs.values())
    return is_bad


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.parsers", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="of digests (default: all)")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)  # what a child is asked
    return parser.parse_args()


def _set_fuses() -> None:
    """Have this process killed before it takes a whole machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (FUSE_SECONDS, FUSE_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (FUSE_BYTES, FUSE_BYTES))


def _kind(name: str) -> Kind | None:
    return None if name == DETECTED else Kind(name)


def _cost(kind_name: str, name: str) -> dict[str, object]:
    kind, idle = _kind(kind_name), _peak()
    data = worst(kind)[name].fill(limit(kind))
    started = time.process_time()
    try:
        outcome = f"{len(parse(data, today=_TODAY, kind=kind).papers):,} papers"
    except DigestError as error:
        outcome = str(error)
    seconds = time.process_time() - started
    return {
        "size": len(data),
        "seconds": seconds,
        "megabytes": _peak() - idle,
        "outcome": outcome,
    }


def _peak() -> float:
    """Return the most memory, in MB, that this process has had.

    Linux's `ru_maxrss` begins with what the parent had when it started the child.
    """
    if _STATUS.exists() and (found := _PEAK.search(_STATUS.read_text())):
        return int(found[1]) / 1_000
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _table(kind: str, costs: dict[str, Cost]) -> Table:
    table = Table("input", "bytes", "seconds", "MB", "result", title=kind)
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[1:4]:
        column.justify = "right"
    for name, cost in sorted(costs.items(), key=lambda item: -item[1].seconds):
        numbers = (f"{cost.size:,}", f"{cost.seconds:.2f}", f"{cost.megabytes:.0f}")
        table.add_row(
            name,
            *numbers,
            cost.outcome[:_SHOWN],
            style=None if cost.is_within_limits else "bold red",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
