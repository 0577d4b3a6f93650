"""A ledger for tests of what leaves."""

from collections.abc import Sequence

from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome, Verdict


class Book:
    """Remembers everything, and allows all but what it `forbids`."""

    def __init__(self, *, forbids: Sequence[Message] = ()) -> None:
        self.forbids = forbids
        self.entries: list[tuple[int, int]] = []
        """Of each entry, how many mails were answered and how many were to leave."""
        self.allowed: list[Message] = []
        self.answered: list[Answered] = []

    def enter(self, answered: Sequence[Answered], leaving: Sequence[Message]) -> list[Message]:
        self.entries.append((len(answered), len(leaving)))
        self.answered += answered
        allowed = [message for message in leaving if message not in self.forbids]
        self.allowed += allowed
        return allowed

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of mails, in the order of its being entered."""
        return [outcome for _, outcome in self.answered]

    @property
    def verdicts(self) -> dict[Message, Verdict]:
        """The verdict on each mail, which came once."""
        assert len({message for message, _ in self.answered}) == len(self.answered)
        return {message: outcome.verdict for message, outcome in self.answered}
