"""The headers that servers, mail programs and spam filters act on."""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from mail_linter.mail import Mail

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
OF_A_LIST = ("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "Precedence")
LONGEST_SUBJECT = 130  # characters; desktops show some 100
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>@]+")
_MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_WAY_OUT = re.compile(r"<https?://[^\s<>]+>")


def lint(mail: Mail) -> Iterator[str]:
    """Find headers that are missing, doubled, or not what they must be."""
    yield from _alone(mail)
    yield from _envelope(mail)
    if any(mail.message[name] for name in OF_A_LIST):
        yield from _of_a_list(mail)
    if not mail.has_both_parts:
        yield f"it is {', '.join(mail.kinds)}, not a text and then the same in HTML"


def _alone(mail: Mail) -> Iterator[str]:
    for name in ONCE:
        if len(mail.message.get_all(name, [])) != 1:
            yield f"{name} does not stand there once"
    for name in {*mail.message.keys()} - {*ONCE}:
        if len(mail.message.get_all(name, [])) > 1:
            yield f"{name} stands there twice"


def _envelope(mail: Mail) -> Iterator[str]:
    said = {name: str(mail.message[name] or "") for name in (*ONCE, "Auto-Submitted")}
    for name in ("From", "To"):
        if len(_ADDRESS.findall(said[name])) != 1:
            yield f"{name} is not one address"
    if not 0 < len(said["Subject"].strip()) <= LONGEST_SUBJECT:
        yield f"its subject has {len(said['Subject'])} characters"
    if not _is_date(said["Date"]):
        yield "its Date is none"
    if not _MESSAGE_ID.fullmatch(said["Message-ID"].strip()):
        yield "its Message-ID is none"
    if said["Auto-Submitted"] != "auto-generated":
        yield "Auto-Submitted does not say that no person wrote it (RFC 3834)"


def _is_date(value: str) -> bool:
    try:
        parsedate_to_datetime(value)
    except ValueError:
        return False
    return True


def _of_a_list(mail: Mail) -> Iterator[str]:
    """Find what keeps mail programs from showing their own button (RFC 2369, 2919 and 8058)."""
    for name in OF_A_LIST:
        if not mail.message[name]:
            yield f"it is a list's, but has no {name}"
    if not re.search(r"<[\w.-]+>$", str(mail.message["List-Id"])):
        yield "List-Id does not end in an id between angle brackets"
    if not _WAY_OUT.fullmatch(str(mail.message["List-Unsubscribe"])):
        yield "List-Unsubscribe is not one address between angle brackets"
    if mail.message["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
        yield "List-Unsubscribe-Post is not what RFC 8058 has it be"
