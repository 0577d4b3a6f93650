"""A way for mail to leave that fails by chance, in every way that one can."""

import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import NamedTuple

from newsletter.sending.ledger import Ledger
from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.transports.one_by_one import send_one_by_one

_MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Post:
    """Writes what it takes into a log, as the mail server does; at times it kills its worker."""

    def __init__(self, log: Path, chance: Random) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND)
        self._chance = chance

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        """Hand over mails one by one."""
        send_one_by_one(messages, ledger, self._hand_over)

    def _hand_over(self, message: Message) -> Outcome:
        fate = self._chance.choices(FATES, WEIGHTS)[0]
        if fate.is_taken:
            self._take(message)
        if fate.verdict is None:
            os.kill(os.getpid(), SIGKILL)
            raise AssertionError("nobody survives that")
        return Outcome(fate.verdict)

    def _take(self, message: Message) -> None:
        found = _MESSAGE_ID.search(message.content)
        assert found, "a mail without a name"
        words = (b"%d" % (time.time_ns() // 1000), b"0", message.recipient.encode(), found[1], b"0")
        os.write(self._log, b" ".join(words) + b"\n")


class Fate(NamedTuple):
    """Whether a mail is taken, and what is said of it; None is its worker's death."""

    is_taken: bool
    verdict: Verdict | None


# How many of a thousand mails.
CHANCES = {
    Fate(is_taken=False, verdict=None): 3,
    Fate(is_taken=True, verdict=None): 3,
    Fate(is_taken=False, verdict=Verdict.UNKNOWN): 4,
    Fate(is_taken=True, verdict=Verdict.UNKNOWN): 4,
    Fate(is_taken=False, verdict=Verdict.DEFERRED): 45,
    Fate(is_taken=False, verdict=Verdict.REFUSED): 5,
    Fate(is_taken=False, verdict=Verdict.CLOSED): 1,
    Fate(is_taken=True, verdict=Verdict.ACCEPTED): 935,
}
FATES, WEIGHTS = [*CHANCES], [*CHANCES.values()]
DOUBTFUL = sum(WEIGHTS[:4])
"""Of a thousand mails, how many come to be in doubt."""
