"""One mail after the other, for transports that hear what became of each at once."""

import time
from collections.abc import Callable, Iterable

from newsletter.sending.ledger import Answered, Ledger
from newsletter.sending.message import Message
from newsletter.sending.outcome import ClosedError, Outcome, Verdict

PAUSE = 0.05  # seconds until a source that had nothing is asked again
INTERRUPTED = Outcome(Verdict.UNKNOWN, "we were interrupted")


def send_one_by_one(
    messages: Iterable[Message | None], ledger: Ledger, hand_over: Callable[[Message], Outcome]
) -> None:
    """Hand mails over, each entered as leaving together with the answer to the one before.

    Whatever ends it, the last answer is entered; a mail amid whose handing over it ends is in
    doubt. Only if the ledger fails nothing more is entered: what it has taken nobody knows.

    Raises:
        ClosedError: nothing more can leave.

    """
    answered: list[Answered] = []
    try:
        for message in messages:
            entered, answered = answered, []
            if message is None:
                _wait(entered, ledger)
            elif ledger.enter(entered, [message]):
                answered = [(message, INTERRUPTED)]
                answered = [(message, hand_over(message))]
                _require_open(answered[0][1])
    finally:
        if answered:
            ledger.enter(answered, [])


def _wait(answered: list[Answered], ledger: Ledger) -> None:
    """Let nothing stay unrecorded while there is nothing to do."""
    if answered:
        ledger.enter(answered, [])
    time.sleep(PAUSE)


def _require_open(outcome: Outcome) -> None:
    if outcome.verdict is Verdict.CLOSED:
        raise ClosedError(outcome.reason)
