"""A reader's inbox: the mails to one address, as a mail program finds them."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Inbox:
    """The mails to one address, oldest first."""

    folder: Path
    address: str

    @property
    def mails(self) -> list[EmailMessage]:
        """All of them."""
        files = sorted(self.folder.glob(f"*-{self.address}-*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def newest(self) -> EmailMessage:
        """Return the mail that came last."""
        return self.mails[-1]

    def link(self, path: str) -> str:
        """Return the first link in the newest mail that leads to one of our pages, by its path."""
        found = re.search(rf"^{settings.SITE_URL}{path}\S*$", said(self.newest()), re.MULTILINE)
        assert found, f"no {path} in {self.newest()['Subject']}"
        return found[0]


def said(mail: EmailMessage, kind: str = "plain") -> str:
    """Return one part of a mail."""
    body = mail.get_body((kind,))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")
