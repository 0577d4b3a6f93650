"""Domains whose servers asked for a pause, as this process heard.

Every worker hears it for itself, at the cost of one mail that is put off. When the whole transport
asks for a pause, the breaker sees to it.
"""

import re
import time

from newsletter.sending.outcome import Outcome, Verdict

# Gmail, Outlook and Yahoo slow a sender down with 421 or 451 and a code of policy (RFC 3463,
# X.7.n). A greylisting server does too, and is as glad of the pause.
SLOW_DOWN = re.compile(r"SMTP 4\d\d 4\.7\.")
PAUSE = 60.0  # seconds

_until: dict[str, float] = {}


def park(domain: str, seconds: float = PAUSE) -> None:
    """Send nothing to a domain for so many seconds."""
    _until[domain] = time.monotonic() + seconds


def heed(recipient: str, outcome: Outcome) -> bool:
    """Park the recipient's domain, if the answer says that we are too fast; tell whether it did."""
    is_too_fast = outcome.verdict is Verdict.DEFERRED and SLOW_DOWN.match(outcome.reason)
    if is_too_fast:
        park(domain_of(recipient))
    return bool(is_too_fast)


def parked() -> dict[str, float]:
    """Return the parked domains, and for how many seconds each still is."""
    now = time.monotonic()
    for domain in [domain for domain, until in _until.items() if until <= now]:
        del _until[domain]
    return {domain: until - now for domain, until in _until.items()}


def domain_of(address: str) -> str:
    """Return the domain of an address in lower case."""
    return address.rpartition("@")[2].lower()
