"""The press: copies of editions -> their mails."""

import datetime as dt
from collections.abc import Sequence

from newsletter.printing.desk import Desk, seen_before
from newsletter.printing.headers import sender
from newsletter.printing.sheet import Sheet, Typesetter
from newsletter.printing.stories import Story
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message


class NothingLeftError(Exception):
    """Since it was composed, an edition has come to hold nothing for its reader."""


class Press:
    """Prints the copies of one bundle after another, and keeps what later ones have in common."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._typesetter = Typesetter()
        self._sender = sender()
        self._stories: dict[int, list[Story]] = {}
        self._seen: dict[int, set[int]] = {}
        self._last: tuple[object, Sheet] | None = None

    def load(self, copies: Sequence[Copy]) -> None:
        """Load all that these copies are to say, in six queries at most; forget other copies."""
        self._stories = self._desk.stories({copy.edition for copy in copies})
        self._seen = seen_before(copies, self._stories)
        self._last = None

    def message(self, copy: Copy) -> Message:
        """Return the mail of a copy that was loaded, without a query.

        Raises:
            NothingLeftError: where there is nothing to say any more.

        """
        content = self._sheet(copy).mail(copy)
        return Message(self._sender, copy.email, content, copy.delivery)

    def _sheet(self, copy: Copy) -> Sheet:
        """Return the sheet of her edition, or one of her own if she has seen some of it."""
        if seen := self._seen.get(copy.delivery):
            new = [it for it in self._stories[copy.edition] if seen.isdisjoint(it.numbers)]
            return self._print(new, copy.date)
        edition = copy.edition, copy.date
        if self._last is None or self._last[0] != edition:  # copies come sorted by edition
            self._last = edition, self._print(self._stories[copy.edition], copy.date)
        return self._last[1]

    def _print(self, stories: Sequence[Story], date: dt.date) -> Sheet:
        if not stories:
            raise NothingLeftError
        return self._typesetter.sheet(stories, date)
