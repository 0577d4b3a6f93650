"""Whom the servers run as: ourselves, or somebody harmless when we are root."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from .errors import LocalServerError
from .places import PROJECT, owner


@dataclass(frozen=True, slots=True)
class Account:
    """A user and a group, by number."""

    uid: int
    gid: int


def server_account() -> Account:
    """Return who runs the servers; never root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if owner() != 0:
        return Account(owner(), PROJECT.stat().st_gid)
    return nobody()


def named_account() -> Account:
    """Return an account that has a name, which initdb insists on and a container may not give."""
    return nobody() if os.geteuid() == 0 else server_account()


def nobody() -> Account:
    """Return the account that owns nothing."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise LocalServerError(
            "PostgreSQL does not run as root, and this system has no account `nobody` to run it.",
            remedy="work as an ordinary user, or set DATABASE_URL and REDIS_URL.",
        ) from error
    return Account(entry.pw_uid, entry.pw_gid)


def command_as(account: Account, command: list[str], *, stop: Signals) -> list[str]:
    """Return the command that runs another as `account`, and stops it when its parent dies."""
    setpriv = shutil.which("setpriv")
    if setpriv is None and os.geteuid() == 0:
        raise LocalServerError(
            "PostgreSQL does not run as root, and the program setpriv, to run it as another, "
            "is missing.",
            remedy="install util-linux, or work as an ordinary user, or set DATABASE_URL.",
        )
    if setpriv is None:  # macOS: only the death of the parent goes unnoticed
        return command
    switch = _switch_to(account) if os.geteuid() == 0 else []
    return [setpriv, "--pdeathsig", stop.name.removeprefix("SIG"), *switch, "--", *command]


def _switch_to(account: Account) -> list[str]:
    return [
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        # The checkout may be below a folder that only root may enter, such as /root. This one
        # capability opens it, without changing the mode of any folder.
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=+dac_override",
        # PostgreSQL asks access(2), which forgets capabilities without this.
        "--securebits=+no_setuid_fixup",
    ]


def chown_tree(folder: Path, account: Account) -> None:
    """Give a whole folder to an account, if root finds it with another: copied, say."""
    if os.geteuid() != 0 or folder.stat().st_uid == account.uid:
        return
    for path in [*folder.rglob("*"), folder]:  # the folder last: its owner says that all is done
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
