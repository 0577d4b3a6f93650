"""The headers of an edition's mail, and the values of those that differ, as `email` writes them."""

import datetime as dt
import re
from email.policy import compat32
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.message import forbid_multi_line_headers, utf8_charset_qp

from config.mime import ENCODED_WORD, LONGEST_LINE, encoded
from subscribers.mail import link

_POLICY = compat32.clone(max_line_length=LONGEST_LINE, linesep="\r\n")
# What `email` leaves as it is. In an address there is nothing to fold at, and in neither anything
# to encode; a subject may be folded above 76 characters.
_PLAIN_ADDRESS = re.compile(r"[!#-+\--:=?-~]{1,254}")
_PLAIN_SUBJECT = re.compile(r"(?=.{1,76}\Z)(?!.*=\?)[!-~]+(?: [!-~]+)*")


def headers(date: dt.date, number: object, unsubscribe_token: str) -> dict[str, str]:
    """Return the headers by which mail programs know a list they can leave with one click.

    List-Id is RFC 2919, List-Unsubscribe RFC 2369, List-Unsubscribe-Post RFC 8058. Feedback-ID
    names no reader.
    """
    site = urlsplit(settings.SITE_URL).hostname
    return {
        "Message-ID": message_id(date, number),
        "List-Id": formataddr((settings.SITE_NAME, f"editions.{site}")),
        "List-Unsubscribe": f"<{link('unsubscribe', unsubscribe_token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"{date:%Y%m%d}:edition:paperboy",
        "Precedence": "bulk",
    }


def message_id(date: dt.date, number: object) -> str:
    """Name the mail of a delivery: the same however often it is built."""
    return f"<d.{date:%Y%m%d}.{number}@{sender().rpartition('@')[2]}>"


def sender() -> str:
    """Return the address that mail comes from, and goes back to if it cannot be delivered."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def subject_value(subject: str) -> bytes:
    """Return what `email` writes after "Subject: "."""
    if _PLAIN_SUBJECT.fullmatch(subject):
        return subject.encode()
    if ENCODED_WORD in subject:
        return _folded("Subject", encoded(subject))
    return _value("Subject", subject)


def to_value(address: str) -> bytes:
    """Return what `email` writes after "To: "; as good as every address stays as it is."""
    return address.encode() if _PLAIN_ADDRESS.fullmatch(address) else _value("To", address)


@lru_cache(maxsize=1)
def date_value(second: int) -> bytes:
    """Return what Django writes after "Date: " in this second since 1970."""
    return formatdate(second, localtime=settings.EMAIL_USE_LOCALTIME).encode()


def _value(name: str, value: str) -> bytes:
    """Return what `email` writes after a header's name, by the functions that it uses itself."""
    _, safe = forbid_multi_line_headers(name, value, utf8_charset_qp)
    return _folded(name, safe)


def _folded(name: str, safe: str) -> bytes:
    return _POLICY.fold_binary(name, safe)[len(f"{name}: ") : -len("\r\n")]
