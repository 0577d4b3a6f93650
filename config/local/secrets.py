"""Secrets for local use: made once, kept in var/, never the same on two machines."""

import os
import secrets
from pathlib import Path

from config.local.places import make_folder


def local_secret(folder: Path, name: str) -> str:
    """Return the secret kept in `folder` under `name`, making it at the first call."""
    path = folder / f"{name}.secret"
    make_folder(folder)
    draft = folder / f".{name}.{os.getpid()}.draft"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(draft, path)  # the first of several processes wins, and its file is whole
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
