"""One measurement: store the files named on stdin in an empty database, and print what it took.

Started by `benchmarks.ingest`, in a process of its own, as a peak of memory is a process's.
"""

import json
import resource
import sys
import time
from pathlib import Path

import django

from config.startup import prepare

_KILOBYTES = 1024  # of which a megabyte has as many; Linux counts `ru_maxrss` in them


def main() -> None:
    """Measure the way named, and print an object."""
    prepare()
    django.setup()
    from benchmarks.ways import WAYS, rows_stored  # noqa: PLC0415 - needs Django set up

    paths = [Path(line) for line in sys.stdin.read().splitlines()]
    start = time.perf_counter()
    phases = WAYS[sys.argv[1]](paths)
    seconds = time.perf_counter() - start
    peaks = {"peak_mb": resource.RUSAGE_SELF, "reader_peak_mb": resource.RUSAGE_CHILDREN}
    took = {"seconds": seconds, "phases": phases}
    took |= {name: resource.getrusage(who).ru_maxrss // _KILOBYTES for name, who in peaks.items()}
    sys.stdout.write(json.dumps(took | rows_stored()))


if __name__ == "__main__":
    main()
