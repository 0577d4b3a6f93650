"""django-newsletter in a virtual environment of its own, which nothing else uses."""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.processes import Result, run_program

_RELEASES = ("django-newsletter==1.2.1", "sorl-thumbnail==13.4.0")
_FOLDER = Path("var/benchmarks/django-newsletter")
_SCRIPT = Path(__file__).with_name("send.py")


def installed() -> Path:
    """Install it, if it is not there, with the Django and psycopg of this system; return Python."""
    same = [f"{name}=={version(name)}" for name in ("Django", "psycopg", "psycopg-binary")]
    wanted = [*_RELEASES, *same]
    python = _FOLDER / "bin" / "python"
    stamp = _FOLDER / "installed"
    if not stamp.exists() or stamp.read_text() != f"{wanted}":
        subprocess.run([sys.executable, "-m", "venv", "--clear", _FOLDER], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", *wanted], check=True)
        stamp.write_text(f"{wanted}")
    return python


def send(url: str, port: int, mails: int, stories: Sequence[Result]) -> Result:
    """Send so many mails that tell these stories; return what it took."""
    command: list[str | Path] = [installed(), _SCRIPT, str(mails)]
    return run_program(command, stdin=json.dumps(stories), DATABASE_URL=url, EMAIL_PORT=str(port))
