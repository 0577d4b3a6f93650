"""What differs between the mails of an edition, but for their readers' own links."""

from typing import NamedTuple

from newsletter.sending.copies import Copy
from subscribers.models import Subscriber


class Style(NamedTuple):
    """How a mail is told.

    `is_weekly` says that it is all that its reader gets in a week, `is_full` that she reads
    abstracts to their end.
    """

    language: str
    is_weekly: bool = False
    is_full: bool = False

    @classmethod
    def of(cls, copy: Copy) -> "Style":
        """Return the style that a reader chose: who has one day is weekly."""
        is_full = copy.abstracts == Subscriber.Abstracts.FULL
        return cls(copy.language, copy.days.bit_count() == 1, is_full)
