"""The press: copies of editions -> their mails."""

import datetime as dt
from collections.abc import Sequence

from newsletter.printing.desk import Desk, seen_before
from newsletter.printing.headers import sender
from newsletter.printing.sheet import Sheet, Typesetter
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message

NOTHING_NEW = "nothing left that is new to her"
UNHEARD = "she does not want to hear of silence"


class NothingLeftError(Exception):
    """Since it was composed, an edition has come to hold nothing for its reader; it says why."""


class Press:
    """Prints the copies of one bundle after another, and keeps what later ones have in common."""

    def __init__(self) -> None:
        self._desk = Desk()
        self._typesetter = Typesetter()
        self._sender = sender()
        self._stories: dict[int, list[Story]] = {}
        self._seen: dict[int, set[int]] = {}
        self._edition: int | None = None
        self._sheets: dict[tuple[dt.date, Style], Sheet] = {}

    def load(self, copies: Sequence[Copy]) -> None:
        """Load all that these copies are to say, in six queries at most; forget other copies."""
        self._stories = self._desk.stories({copy.edition for copy in copies})
        self._seen = seen_before(copies, self._stories)
        self._edition = None

    def message(self, copy: Copy) -> Message:
        """Return the mail of a copy that was loaded, without a query.

        Raises:
            NothingLeftError: where there is nothing to say any more.

        """
        content = self._sheet(copy).mail(copy)
        return Message(self._sender, copy.email, content, copy.delivery)

    def _sheet(self, copy: Copy) -> Sheet:
        """Return the sheet of her edition, or one of her own if she has seen some of it."""
        style, stories = Style.of(copy), self._stories[copy.edition]
        if not stories:
            self._check_silence(copy)
        if seen := self._seen.get(copy.delivery):
            new = [it for it in stories if seen.isdisjoint(it.numbers)]
            if not new:
                raise NothingLeftError(NOTHING_NEW)
            return self._print(new, copy, style)
        if self._edition != copy.edition:  # copies come sorted by edition
            self._edition = copy.edition
            self._sheets.clear()
        made = copy.date, style
        if made not in self._sheets:
            self._sheets[made] = self._print(stories, copy, style)
        return self._sheets[made]

    def _check_silence(self, copy: Copy) -> None:
        """Refuse to tell of a week without papers who does not want to hear of it (any more)."""
        if not copy.hears_of_silence:
            raise NothingLeftError(UNHEARD if copy.edition in self._desk.silent else NOTHING_NEW)

    def _print(self, stories: Sequence[Story], copy: Copy, style: Style) -> Sheet:
        if stories:
            return self._typesetter.sheet(stories, copy.date, style, copy.edition)
        return self._typesetter.silence(copy.date, style)
