"""Who remembers what left."""

from collections.abc import Collection, Sequence
from typing import Protocol

from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome

Answered = tuple[Message, Outcome]


class Ledger(Protocol):
    """Who remembers what left. One call is one entry, and one transaction in a database."""

    def enter(
        self, answered: Sequence[Answered], leaving: Sequence[Message]
    ) -> Collection[Message]:
        """Write down what became of mails, and which may be leaving from now on.

        Returns those of `leaving` that may. Only once this has returned do their final dots leave,
        so what it writes about them must be durable by then. Each mail in `answered` is final and
        comes once; it may have been refused before it was ever `leaving`.
        """
