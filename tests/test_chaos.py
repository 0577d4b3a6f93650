"""Short versions of the campaigns that matter most: `make chaos` plays all of them, and longer."""

import pytest
from chaos.playing import play

SEED = 5


@pytest.mark.parametrize("campaign", ["kills", "failpoints", "database"])
def test_whatever_fails_nothing_is_doubled_or_lost(campaign: str) -> None:
    assert play(campaign, SEED).charges == ""


@pytest.mark.parametrize(
    ("campaign", "sabotage"),
    [
        ("kills", "lease sends again"),
        ("failpoints", "fence is deaf"),
        ("database", "commits in haste"),
    ],
)
def test_a_broken_build_is_caught(campaign: str, sabotage: str) -> None:
    assert play(campaign, SEED, sabotage=sabotage).charges
