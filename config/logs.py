"""Logs name subscribers by number; an address that slips in is hidden before it is written."""

import logging
import re

# At most 64 characters before the @ (RFC 5321, section 4.5.3.1.1): without a limit, a long word
# without any @ would be searched anew from each of its letters. O'Brien's has an apostrophe.
ADDRESS = re.compile(
    r"[^\s<>\"'(),:;@][^\s<>\"(),:;@]{0,63}(?:@|%40)[^\s<>\"'(),:;@]+\.[^\s<>\"'(),:;@]+"
)
# The last part of a personal link: whoever holds it may act for its reader.
# That of an edition stands behind its number.
TOKEN = re.compile(
    r"(?:(?<=/)|(?<=/edition/\d{4}-\d\d-\d\d/)\d+-)[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])"
)


# It names its reader by number, and what she did.
RECEIPT = re.compile(r"(?<=[?&]receipt=)[^&\s\"']+")


def hide(text: str) -> str:
    """Replace whatever looks like an address, a personal token or a receipt."""
    return RECEIPT.sub("[receipt]", TOKEN.sub("[token]", ADDRESS.sub("[address]", text)))


class HideAddresses(logging.Filter):
    """A filter for handlers: changes the record's finished message, exceptions included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without addresses and tokens."""
        record.msg, record.args = hide(_message(record)), None
        if record.exc_info:
            record.exc_text = hide(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        if record.stack_info:
            record.stack_info = hide(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    """Return the finished message; unfinished, where what was to be put into it does not fit.

    What a filter raises, whoever logs something would have to catch.
    """
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - an argument that is asked what it says may raise anything
        return record.msg if isinstance(record.msg, str) else type(record.msg).__name__
