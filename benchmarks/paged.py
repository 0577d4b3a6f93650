"""One step: store as many papers as the argument says, and print the paths of pages to open.

Started by `benchmarks.pages`. The newest papers are of today, as on a site that is alive.
"""

import json
import sys

import django

from config.startup import prepare


def main() -> None:
    """Store papers, and print an object."""
    prepare()
    django.setup()
    from benchmarks.site import fill, paths  # noqa: PLC0415 - needs Django set up

    fill(int(sys.argv[1]))
    sys.stdout.write(json.dumps(paths()))


if __name__ == "__main__":
    main()
