"""The local mailbox: one .eml file per message, any mail program opens them."""

import os
import uuid
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from config.mime import to_bytes


def drop(raw: bytes, recipient: str) -> Path:
    """Put one message into the mailbox and return its file.

    The name is new for every call, so that a message sent twice lies there twice and is seen.
    The file appears whole or not at all.
    """
    folder: Path = settings.MAILBOX_DIR
    folder.mkdir(parents=True, exist_ok=True)
    stamp = timezone.now().strftime("%Y%m%dT%H%M%S.%f")
    address = parseaddr(recipient)[1] or "nobody"
    name = "".join(c if c.isalnum() or c in "@.+-_" else "_" for c in address)[:80]
    draft = folder / f".{uuid.uuid4().hex}.draft"
    with draft.open("xb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return draft.rename(folder / f"{stamp}-{name}-{uuid.uuid4().hex[:8]}.eml")


class MailboxBackend(BaseEmailBackend):
    """Django's mail interface to the mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Put every message into the mailbox, once for each of its recipients."""
        for message in email_messages:
            for recipient in message.recipients():
                drop(to_bytes(message), recipient)
        return len(email_messages)
