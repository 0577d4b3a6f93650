from typing import cast

from django.core.mail import EmailMessage, SafeMIMEText


def to_bytes(message: EmailMessage) -> bytes:
    """Write a mail down as it travels: lines end in CRLF (RFC 5322, section 2.3)."""
    mime = cast("SafeMIMEText", message.message())  # typed as email's class, which knows no linesep
    return mime.as_bytes(linesep="\r\n")
