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


def hide(text: str) -> str:
    """Replace whatever looks like an address or a personal token."""
    return TOKEN.sub("[token]", ADDRESS.sub("[address]", text))


class HideAddresses(logging.Filter):
    """A filter for handlers: changes the record's finished message, exceptions included."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, without addresses and tokens."""
        record.msg, record.args = hide(record.getMessage()), None
        if record.exc_info:
            record.exc_text = hide(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
