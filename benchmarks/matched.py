"""Take one step of `benchmarks.matching`, in a process of its own, and print what it took.

Memory is a process's, and so is everything that was looked up before.
"""

import json
import sys

import django

from config.startup import prepare


def main() -> None:
    """Take the step named, and print an object."""
    prepare()
    django.setup()
    from benchmarks.meeting import STEPS  # noqa: PLC0415 - needs Django set up

    step, phrases = sys.argv[1:]
    sys.stdout.write(json.dumps(STEPS[step](int(phrases))))


if __name__ == "__main__":
    main()
