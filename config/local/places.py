"""Where the local servers live: data, logs and locks in var/, sockets in a short folder of /tmp."""

import hashlib
import os
import stat
from importlib.util import find_spec
from pathlib import Path

from .errors import LocalServerError

PROJECT = Path(__file__).resolve().parents[2]
VAR = PROJECT / "var"


def owner() -> int:
    """Return the uid that var/ belongs to: ours, or the project's owner when root works for her."""
    return os.geteuid() or PROJECT.stat().st_uid


def socket_folder() -> Path:
    """Return the folder of both servers' sockets, without making it.

    Every process of one owner and one checkout finds the same folder, and no other checkout does.
    It cannot be in var/, since a socket's path holds 107 bytes, nor where TMPDIR says, since that
    may differ between two processes that must meet.
    """
    checkout = hashlib.blake2s(os.fsencode(VAR.resolve()), digest_size=8).hexdigest()
    return Path(f"/tmp/paperboy-{owner()}-{checkout}")  # noqa: S108  make_private() checks it


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter; refuse one that somebody else got in first."""
    make_folder(folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner() or found.st_mode & 0o077:
        raise LocalServerError(
            f"{folder} is not a folder that only uid {owner()} may enter: "
            f"it belongs to uid {found.st_uid}, with mode {stat.filemode(found.st_mode)}.",
            remedy="find out who made it, then delete it.",
        )


def make_folder(folder: Path) -> None:
    """Make a folder with mode 700 if it is missing; one that exists is left as it is."""
    folder.mkdir(mode=0o700, exist_ok=True)
    give(folder, owner())


def give(path: Path, uid: int) -> None:
    """Hand a file or folder that root made to the account that is to use it."""
    if os.geteuid() == 0 and path.lstat().st_uid == 0:
        os.chown(path, uid, -1, follow_symlinks=False)


def package_folder(package: str) -> Path:
    """Return where pip put a package, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LocalServerError(
            f"The Python package {package} is not installed.",
            remedy="run `make run`, which installs it, or `pip install -r requirements.txt`.",
        )
    return Path(spec.submodule_search_locations[0])
