"""One step of the benchmark, in a process with a database of its own; prints an object."""

import json
import sys
from importlib import import_module

import django

from config.startup import prepare


def main() -> None:
    """Call the function that is named, with what is given as JSON, and print what it returns."""
    prepare()
    django.setup()
    module, _, function = sys.argv[1].rpartition(".")
    step = getattr(import_module(f"benchmarks.sending.{module}"), function)
    sys.stdout.write(json.dumps(step(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
