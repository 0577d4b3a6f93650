"""One campaign against one build: `python -m chaos.child NAME SEED [--full]`; prints an object.

In a process of its own, since settings are read once; CHAOS_SABOTAGE names what is broken.
"""

import argparse
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from importlib import import_module

import django

from chaos.campaigns import CAMPAIGNS, Orders
from chaos.stage import stage


def main() -> None:
    """Play it and print what it came to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("seed", type=int)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    campaign = CAMPAIGNS[arguments.name]
    os.environ |= campaign.environment
    with stage(campaign.delay, campaign.lease, into_files=campaign.into_files) as set_up:
        django.setup()
        module = import_module(f"chaos.campaigns.{campaign.module or arguments.name}")
        began = time.monotonic()
        judgement = module.run(set_up, Orders(arguments.seed, is_full=arguments.full))
        seconds = time.monotonic() - began
    result = asdict(judgement) | {"charges": judgement.charges, "seconds": seconds}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
