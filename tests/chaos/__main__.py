"""Do everything to the product that must not make it send twice, or lose: `make chaos`.

Each campaign is also played against builds that are broken on purpose, and must convict them.
Fails if the product is convicted, or a broken build is not. A seed repeats the same chances, as
far as the machine lets it.
"""

import argparse
import random
import sys

from rich.console import Console
from rich.table import Table

from chaos.campaigns import CAMPAIGNS
from chaos.playing import Played, play

_COLUMNS = ("due", "taken", "doubled", "lost", "uncertain", "at most", "seconds")


def main() -> int:
    """Play, show the table, and return 1 where something is not as it must be."""
    arguments = _arguments()
    console = Console()
    played = []
    for name in arguments.campaigns or CAMPAIGNS:
        for sabotage in ("", *CAMPAIGNS[name].sabotages):
            with console.status(f"{name}: {sabotage or 'the product'}, seed {arguments.seed}"):
                one = play(name, arguments.seed, sabotage=sabotage, is_full=arguments.full)
            console.print(f"{name}, {sabotage or 'the product'}: {one.verdict}", highlight=False)
            played.append(one)
    console.print(_table(played, arguments.seed))
    return not all(one.is_right for one in played)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))  # noqa: S311
    parser.add_argument("--full", action="store_true", help="full figures; takes an hour")
    titles = "; ".join(f"{name}: {campaign.title}" for name, campaign in CAMPAIGNS.items())
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=titles)
    arguments = parser.parse_args()
    if unknown := {*arguments.campaigns} - {*CAMPAIGNS}:
        there_are = ", ".join(CAMPAIGNS)
        parser.error(f"no campaign is named {', '.join(unknown)}; there are {there_are}")
    return arguments


def _table(played: list[Played], seed: int) -> Table:
    table = Table("campaign", "build", "done to it", title=f"Chaos, seed {seed}")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for one in played:
        table.add_row(*_cells(one), style=None if one.is_right else "red")
    return table


def _cells(one: Played) -> list[str]:
    found = one.found
    done = ", ".join(f"{count} {name}" for name, count in found["figures"].items())
    numbers = [found[name] for name in ("due", "taken", "doubled", "lost", "uncertain", "bound")]
    counts = [f"{number:,}" for number in numbers]
    build = one.sabotage or "the product"
    return [one.campaign, build, done, *counts, f"{found['seconds']:.0f}", one.verdict]


if __name__ == "__main__":
    sys.exit(main())
