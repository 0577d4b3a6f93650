"""What differs between the mails of an edition, but for their readers' own links."""

import datetime as dt
from typing import NamedTuple

from newsletter.sending.copies import Copy
from subscribers.models import Subscriber
from subscribers.schedule import is_weekly

DAYS_IN_WEEK = 7


class Style(NamedTuple):
    """How a mail is told.

    `weekday` is the one day on which its reader gets mail, Monday being 0, if it is only one;
    `is_full` says that she reads abstracts to their end, `is_first` that nothing came before.
    """

    language: str
    weekday: int | None = None
    is_full: bool = False
    is_first: bool = False

    @classmethod
    def of(cls, copy: Copy) -> "Style":
        """Return the style that a reader chose: who has one day is weekly."""
        is_full = copy.abstracts == Subscriber.Abstracts.FULL
        weekday = copy.days.bit_length() - 1 if is_weekly(copy.days) else None
        return cls(copy.language, weekday, is_full, copy.is_first)

    def next_after(self, date: dt.date) -> dt.date | None:
        """Return the date of the mail after that of `date`, if she gets one a week."""
        if self.weekday is None:
            return None
        days = (self.weekday - date.weekday() - 1) % DAYS_IN_WEEK + 1
        return date + dt.timedelta(days=days)

    @property
    def is_weekly(self) -> bool:
        """Tell whether it is all that its reader gets in a week."""
        return self.weekday is not None
