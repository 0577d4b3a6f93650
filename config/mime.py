from email.header import Header
from typing import cast

from django.core.mail import EmailMessage, SafeMIMEText
from django.core.mail.message import utf8_charset_qp

LONGEST_LINE = 998  # RFC 5322, section 2.1.1
ENCODED_WORD = "=?"  # how one begins (RFC 2047, section 2); `email` leaves it as it is


def to_bytes(message: EmailMessage, boundary: str | None = None) -> bytes:
    """Write a mail down as it travels: lines end in CRLF (RFC 5322, section 2.3).

    A long List-Unsubscribe stays on one line. Folding it is legal, but there are programs that
    read one line only, and relays that unfold it and so break its DKIM signature. Without a
    `boundary` one is made up each time.
    """
    mime = cast("SafeMIMEText", message.message())  # typed as email's class, which knows no linesep
    mime.policy = mime.policy.clone(max_line_length=LONGEST_LINE)
    subject = str(message.subject)
    if ENCODED_WORD in subject:
        mime.replace_header("Subject", encoded(subject))
    if boundary:
        mime.set_boundary(boundary)
    return mime.as_bytes(linesep="\r\n")


def encoded(subject: str) -> str:
    """Write a subject in encoded words, so that none of its own is taken for one."""
    return Header(subject, utf8_charset_qp).encode()
