"""What differs between the mails of an edition, but for their readers' own links."""

from typing import NamedTuple

from newsletter.sending.copies import Copy
from subscribers.models import Subscriber
from subscribers.schedule import is_weekly


class Style(NamedTuple):
    """How a mail is told.

    `weekday` is the one day on which its reader gets mail, Monday being 0, if it is only one;
    `is_full` says that she reads abstracts to their end.
    """

    language: str
    weekday: int | None = None
    is_full: bool = False

    @classmethod
    def of(cls, copy: Copy) -> "Style":
        """Return the style that a reader chose: who has one day is weekly."""
        is_full = copy.abstracts == Subscriber.Abstracts.FULL
        weekday = copy.days.bit_length() - 1 if is_weekly(copy.days) else None
        return cls(copy.language, weekday, is_full)

    @property
    def is_weekly(self) -> bool:
        """Tell whether it is all that its reader gets in a week."""
        return self.weekday is not None
