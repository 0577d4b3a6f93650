"""One measurement: store the files named on stdin in an empty database, and print what it took.

Started by `benchmarks.ingest`, in a process of its own, as a peak of memory is a process's.
"""

import json
import resource
import sys
import time
from pathlib import Path

import django

from benchmarks.processes import peak_mb
from config.startup import prepare


def main() -> None:
    """Measure the way named, and print an object."""
    prepare()
    django.setup()
    from benchmarks.ways import WAYS, rows_stored  # noqa: PLC0415 - needs Django set up

    paths = [Path(line) for line in sys.stdin.read().splitlines()]
    start = time.perf_counter()
    phases = WAYS[sys.argv[1]](paths)
    seconds = time.perf_counter() - start
    took = {"seconds": seconds, "phases": phases, "peak_mb": peak_mb()}
    took["reader_peak_mb"] = peak_mb(resource.RUSAGE_CHILDREN)
    sys.stdout.write(json.dumps(took | rows_stored()))


if __name__ == "__main__":
    main()
