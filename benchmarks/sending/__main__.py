"""How fast does mail leave, and how fast for others? See README.md above this."""

import argparse
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.processes import Result
from benchmarks.sending.contests import CONTESTS, Contest
from benchmarks.sending.field import laid_out
from benchmarks.turns import in_turns

READERS, WORKERS, RUNS = 100_000, 2, 3
# Contest, who, whom, and how many times as fast it should be.
AIMS = (
    ("systems", "Paperboy", "django-newsletter", 40),
    ("systems", "Paperboy", "a Celery task for each reader", 110),
    ("systems", "Paperboy", "smtp-source, no records", 0.6),
    ("systems", "Paperboy into smtp-sink", "smtp-source into smtp-sink", 0.6),
    ("senders", "Paperboy's client into the sink", "smtp-source into the sink", 1),
    ("late", "Paperboy's client", "smtplib", 4),
)


def main() -> None:
    """Measure, print the best and the median of the runs, and compare."""
    wish = _arguments()
    results: dict[str, dict[str, Result]] = {}
    with laid_out(wish.readers, wish.workers) as field:
        for name in wish.contests:
            results[name] = _held(CONTESTS[name](field, wish.readers), wish.runs)
            _show(name, results[name])
    _compare(results)
    if wish.json:
        wish.json.parent.mkdir(parents=True, exist_ok=True)
        wish.json.write_text(f"{json.dumps(results, indent=1)}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.sending", description=__doc__)
    parser.add_argument("contests", nargs="*", default=[*CONTESTS], help=" ".join(CONTESTS))
    parser.add_argument("--readers", type=int, default=READERS, help=f"usually {READERS:,}")
    parser.add_argument("--workers", type=int, default=WORKERS, help=f"usually {WORKERS}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"usually {RUNS}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    wish = parser.parse_args()
    if unknown := {*wish.contests} - {*CONTESTS}:
        parser.error(f"there is no contest {' or '.join(sorted(unknown))}")
    return wish


def _held(contest: Contest, runs: int) -> dict[str, Result]:
    """Measure all in turns; return each contestant's figures."""
    results = in_turns(contest, runs, lambda who: contest[who]())
    return {who: _summary(found) for who, found in results.items()}


def _summary(runs: Sequence[Result]) -> Result:
    """Return the rates of some runs, and what the fastest one took besides."""
    rates = [run["mails"] / run["seconds"] for run in runs]
    best = runs[rates.index(max(rates))]
    summary = {"best": max(rates), "median": statistics.median(rates), "mails": best["mails"]}
    if "computed" in best:
        summary["computed_us"] = best["computed"] / best["mails"] * 1e6
    kept = ("size", "uncertain", "connections", "ahead")
    return summary | {name: best[name] for name in kept if name in best}


def _show(contest: str, results: Mapping[str, Result]) -> None:
    names = ("best", "median", "computed_us", "size", "uncertain")
    table = Table("mails a second", "best", "median", "CPU us", "bytes", "uncertain", title=contest)
    for who, result in results.items():
        table.add_row(who, *(f"{result[it]:,.0f}" if it in result else "" for it in names))
    Console().print(table)


def _compare(results: Mapping[str, Mapping[str, Result]]) -> None:
    for contest, who, whom, aim in AIMS:
        if found := results.get(contest):
            times = found[who]["median"] / found[whom]["median"]
            sys.stdout.write(f"{who} is {times:.2f} times as fast as {whom} (aim: {aim}).\n")


if __name__ == "__main__":
    main()
