"""A benchmark's steps in processes of their own: memory is a process's, and so are its caches."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Result = dict[str, Any]
_KILOBYTES = 1024  # of which a megabyte has as many; Linux counts `ru_maxrss` in them


def run(url: str, module: str, *arguments: str, stdin: str = "", **environment: str) -> Result:
    """Run a module on the database of this URL; return the object that it prints."""
    command = [sys.executable, "-m", module, *arguments]
    return run_program(command, stdin=stdin, DATABASE_URL=url, **environment)


def run_program(command: Sequence[str | Path], *, stdin: str = "", **environment: str) -> Result:
    """Run a program; return the object that it prints."""
    ran = subprocess.run(
        command,
        env=os.environ | environment,
        input=stdin,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: Result = json.loads(ran.stdout)
    return result


def peak_mb(whose: int = resource.RUSAGE_SELF) -> int:
    """Return the most memory that this process, or one of its children, has had."""
    return resource.getrusage(whose).ru_maxrss // _KILOBYTES
