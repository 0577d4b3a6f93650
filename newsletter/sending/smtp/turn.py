"""How far one mail has come in a dialogue."""

from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome
from newsletter.sending.smtp.offers import Offers

DOT = b".\r\n"


class Turn:
    """One mail, from its envelope to the answer to its final dot."""

    __slots__ = ("dot_at", "has_recipient", "is_at_the_door", "message", "refusal")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.refusal: Outcome | None = None
        self.has_recipient = self.is_at_the_door = False
        self.dot_at = 0
        """Where the final dot stands in all that is written; 0 until the mail may leave."""

    @property
    def has_begun(self) -> bool:
        """Whether it may leave."""
        return self.dot_at > 0

    @property
    def is_at_the_door_or_beyond(self) -> bool:
        """Whether the server waits for the content, or has got it."""
        return self.is_at_the_door or self.dot_at > 0

    @property
    def end(self) -> int:
        """Where the mail ends in all that is written."""
        return self.dot_at + len(DOT)

    def obstacle(self, offers: Offers) -> str:
        """Say why the mail cannot go to a server with these offers at all, if so."""
        message = self.message
        if not message.can_be_written:
            return "its addresses or its last line cannot be written in SMTP"
        if not (offers.utf8_addresses or message.has_ascii_addresses):
            return "the mail server takes ASCII addresses only (no SMTPUTF8)"
        if not (offers.eight_bit or message.content.isascii()):
            return "the mail server takes ASCII content only (no 8BITMIME)"
        if offers.longest and len(message.content) > offers.longest:
            return f"longer than the {offers.longest} bytes that the mail server takes"
        return ""

    def envelope(self) -> tuple[bytes, bytes, bytes]:
        """Write MAIL, RCPT and DATA, naming the extensions that this mail needs."""
        message = self.message
        mail = f"MAIL FROM:<{message.sender}>"
        if not message.content.isascii():
            mail += " BODY=8BITMIME"
        if not message.has_ascii_addresses:
            mail += " SMTPUTF8"
        return f"{mail}\r\n".encode(), f"RCPT TO:<{message.recipient}>\r\n".encode(), b"DATA\r\n"
