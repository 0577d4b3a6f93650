"""What became of handing one mail over."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto


class ClosedError(Exception):
    """Nothing more can leave; the message says why and names nobody."""


class Verdict(Enum):
    """The classes of answers; each leads to one state of the delivery."""

    ACCEPTED = auto()
    """The other side has taken the mail."""
    DEFERRED = auto()
    """Surely not taken, for a reason that passes: try again later."""
    REFUSED = auto()
    """Surely not taken, and never will be."""
    BAD_ADDRESS = auto()
    """The same, because no such mailbox exists: do not write there again."""
    CLOSED = auto()
    """Surely not taken, and neither will any other be: stop and tell the operator."""
    UNKNOWN = auto()
    """Handed over, and the answer is missing: it may have been taken."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, with the words behind it.

    `message_id` is the name under which the other side knows the mail; `reason` never holds an
    address; `retry_after` is how long the other side asked us to wait.
    """

    verdict: Verdict
    reason: str = ""
    message_id: str = ""
    retry_after: dt.timedelta | None = None
