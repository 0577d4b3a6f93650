"""The log of what the mail server took: the only witness that the product cannot influence."""

import datetime as dt
import re
import time
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

_NAME = re.compile(r"<d\.(\d{8})\.(\d+)@")


class Taken(NamedTuple):
    """A mail that the server took."""

    at: float  # seconds since 1970
    recipient: str
    message_id: str

    @property
    def delivery(self) -> int:
        """The number of its delivery, which its Message-ID tells."""
        return int(self._name[2])

    @property
    def date(self) -> dt.date:
        """The morning of its delivery."""
        return dt.datetime.strptime(self._name[1], "%Y%m%d").replace(tzinfo=dt.UTC).date()

    @property
    def _name(self) -> re.Match[str]:
        match = _NAME.match(self.message_id)
        assert match, f"no mail of ours: {self.message_id}"
        return match


class Log:
    """The file that the mail server appends to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = self._offset = 0

    def read(self) -> list[Taken]:
        """Return all editions that were taken; letters have other names."""
        lines = (line.split() for line in self.path.read_text().splitlines())
        mails = (Taken(int(at) / 1e6, who, name) for at, _, who, name, _ in lines)
        return [mail for mail in mails if mail.message_id.startswith("<d.")]

    def count(self) -> int:
        """Return how many mails were taken; reads only what is new."""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            new = file.read()
        self._offset += len(new)
        self._count += new.count(b"\n")
        return self._count

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until so many mails are taken, but no longer than this; tell whether they are."""
        deadline = time.monotonic() + seconds
        while self.count() < count:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.001)
        return True


class Mailbox(Log):
    """The folder that mails are put into; a mail that comes twice lies there twice."""

    def read(self) -> list[Taken]:
        """Return all that was taken."""
        return [_read(file) for file in sorted(self.path.glob("*.eml"))]

    def count(self) -> int:
        """Return how many mails were taken."""
        return sum(1 for _ in self.path.glob("*.eml"))


def _read(file: Path) -> Taken:
    headers = message_from_bytes(file.read_bytes())
    return Taken(file.stat().st_mtime, headers["To"], headers["Message-ID"])
