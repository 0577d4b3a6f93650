"""Play a campaign against a build of the product, in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from config.local.places import PROJECT

TESTS = PROJECT / "tests"


@dataclass(frozen=True, slots=True)
class Played:
    """What one build came to in one campaign; `sabotage` is empty for the product as it is."""

    campaign: str
    sabotage: str
    seed: int
    found: dict[str, Any]

    @property
    def charges(self) -> str:
        """What is wrong, in words; nothing, if nothing is."""
        return ", ".join(self.found["charges"])

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with the product, or something with a broken one."""
        return bool(self.charges) == bool(self.sabotage)

    @property
    def verdict(self) -> str:
        """Say it in words."""
        if self.sabotage:
            return f"caught: {self.charges}" if self.charges else "NOT CAUGHT"
        return self.charges.upper() or "holds"


def play(campaign: str, seed: int, *, sabotage: str = "", is_full: bool = False) -> Played:
    """Play it and wait for the end.

    Raises:
        CalledProcessError: the campaign itself failed; what it said went to standard error.

    """
    path = os.pathsep.join([str(TESTS), str(PROJECT)])
    ran = subprocess.run(
        [sys.executable, "-m", "chaos.child", campaign, str(seed), *["--full"] * is_full],
        env=os.environ | {"PYTHONPATH": path, "CHAOS_SABOTAGE": sabotage},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return Played(campaign, sabotage, seed, json.loads(ran.stdout))
