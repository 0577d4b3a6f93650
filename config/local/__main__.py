# ruff: noqa: T201 - printing is what these commands are for
"""`python -m config.local status` shows the local servers, `... stop` stops them."""

import sys

from . import SERVERS, LocalServerError
from .locks import starting
from .places import VAR


def status() -> None:
    """Print which servers run, and where."""
    for server in SERVERS:
        state = "running" if server.is_running() else "stopped"
        print(f"{server.title:11}{state}  {server.url()}\n{'':11}data in {server.data}")


def stop() -> None:
    """Stop the servers that run, even if processes use them."""
    if not VAR.exists():
        return
    with starting():
        for server in SERVERS:
            if server.is_running():
                server.stop()
                print(f"{server.title} stopped.")


def main(arguments: list[str]) -> str | None:
    """Do what the command line asks; return what went wrong."""
    verb = {"status": status, "stop": stop}.get(" ".join(arguments))
    if verb is None:
        return "Usage: python -m config.local status|stop"
    try:
        verb()
    except (LocalServerError, OSError) as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
