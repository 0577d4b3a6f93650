"""Draw what benchmarks measured: JSON files in, SVG files out. See README.md beside this.

    python -m benchmarks.plot var/benchmarks/*.json --to docs/images

A figure is drawn where a file has what it shows; the files are those of --json.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.processes import Result
from benchmarks.svg import bars, lines


def main() -> None:
    """Draw all that the files hold."""
    parser = argparse.ArgumentParser(prog="benchmarks.plot", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="results of benchmarks")
    parser.add_argument("--to", type=Path, default=Path("docs/images"), help="usually docs/images")
    wish = parser.parse_args()
    wish.to.mkdir(parents=True, exist_ok=True)
    for path in wish.files:
        results = json.loads(path.read_text(encoding="utf-8"))
        for name in PLOTS.keys() & results.keys():
            (wish.to / f"{name}.svg").write_text(PLOTS[name](results[name]), encoding="utf-8")


def systems(results: Result) -> str:
    """Compare whole systems by what they send in a second."""
    values = {who: result["median"] for who, result in results.items()}
    return bars("Mails a second, end to end", values, chosen="Paperboy")


def curve(results: Result) -> str:
    """Show what certainty costs: a line for mails entered one by one, one for those entered ahead.

    Each point is a number of connections.
    """
    series: dict[str, list[tuple[float, float]]] = {}
    for result in results.values():
        name = f"{result['ahead']} ahead" if result["ahead"] else "none ahead"
        series.setdefault(name, []).append((result["uncertain"], result["median"]))
    return lines(
        "What certainty costs", "mails that a kill may leave uncertain", "mails a second", series
    )


def composing(results: Result) -> str:
    """Show how long composing takes by readers, beside a query set for each of them."""
    ways = {"in sets": "seconds", "a query set for each reader": "plain_seconds"}
    series = {
        name: [(float(readers), result[key]) for readers, result in results.items()]
        for name, key in ways.items()
    }
    return lines("Composing a morning", "readers", "seconds", series)


PLOTS: dict[str, Callable[[Result], str]] = {
    "systems": systems,
    "curve": curve,
    "composing": composing,
}


if __name__ == "__main__":
    main()
