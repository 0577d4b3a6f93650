"""A transport that notes whom it wrote to, and answers as it is told."""

from collections.abc import Iterable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from newsletter.sending.ledger import Answered, Ledger
from newsletter.sending.message import Message, from_wire
from newsletter.sending.outcome import ClosedError, Outcome, Verdict


class Recorder:
    """Hands mails over one at a time; answers `outcomes` first, and then takes everything."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = [*outcomes]
        self.messages: list[Message] = []

    @property
    def recipients(self) -> list[str]:
        """Whom it wrote to, in order."""
        return [message.recipient for message in self.messages]

    @property
    def mails(self) -> list[EmailMessage]:
        """What it was handed, as mail programs read it."""
        contents = [from_wire(message.content) for message in self.messages]
        return [BytesParser(EmailMessage, policy=default).parsebytes(it) for it in contents]

    def send(self, messages: Iterable[Message | None], ledger: Ledger) -> None:
        answered: list[Answered] = []
        for message in filter(None, messages):
            if not ledger.enter(answered, [message]):
                answered = []
                continue
            answered = [(message, self._hand_over(message))]
            if answered[0][1].verdict is Verdict.CLOSED:
                ledger.enter(answered, [])
                raise ClosedError(answered[0][1].reason)
        if answered:
            ledger.enter(answered, [])

    def _hand_over(self, message: Message) -> Outcome:
        self.messages.append(message)
        return self.outcomes.pop(0) if self.outcomes else Outcome(Verdict.ACCEPTED)
