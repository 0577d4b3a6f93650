"""What a server's No means for the mail."""

import re

from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.smtp.answers import Answer

REFUSALS, FIRST_PERMANENT = range(400, 600), 500
NEEDS_LOGIN = {530, 534, 535, 538}
# RFC 3463: X.1.n speaks of the address, X.2.1 of a disabled mailbox. X.7.n speaks of policy, which
# means us: our login or our reputation.
BAD_ADDRESS = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
ENHANCED_CODE = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}(?!\d)")


def refusal(answer: Answer) -> Outcome:
    """Class a refusal. The server's words are left out: they like to repeat the address."""
    enhanced = _enhanced_code(answer)
    return Outcome(_verdict(answer.code, enhanced), f"SMTP {answer.code} {enhanced}".rstrip())


def refusal_of_sender(answer: Answer) -> Outcome:
    """Class a refusal of our own address: if it is refused for good, then so is every mail.

    Codes of an address (X.1.n) speak of the sender's here, and must not suppress a reader's.
    """
    outcome = refusal(answer)
    if outcome.verdict is Verdict.DEFERRED:
        return outcome
    return Outcome(Verdict.CLOSED, outcome.reason)


def _verdict(code: int, enhanced: str) -> Verdict:
    if code < FIRST_PERMANENT:
        return Verdict.DEFERRED
    if code in NEEDS_LOGIN or enhanced.startswith("5.7."):
        return Verdict.CLOSED
    return Verdict.BAD_ADDRESS if enhanced in BAD_ADDRESS else Verdict.REFUSED


def _enhanced_code(answer: Answer) -> str:
    """Return the status code of RFC 3463 that an answer begins with, or nothing."""
    match = ENHANCED_CODE.match(answer.lines[0])
    return match[0].decode("ascii") if match else ""
