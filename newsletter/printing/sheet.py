"""An edition -> its sheet: what all its readers read, with only their own seats left free.

    front    once a date        all around the papers, headers included
    block    once a paper       for its reasons and its length
    sheet    once an edition    the front, and the blocks that go into it
    mail     once a reader      a sheet with her address, her delivery's number and her tokens

Decoded, a mail is what the whole template says; its headers are what `email` writes.
"""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from django.utils.html import escape

from newsletter.printing import front, headlines
from newsletter.printing.block import Block, block
from newsletter.printing.forms import Form, encode
from newsletter.printing.headers import date_value, subject_value, to_value
from newsletter.printing.stories import Story
from newsletter.sending.copies import Copy
from newsletter.sending.message import Wire

# Gmail cuts a mail at about 102 kB; the margin is for what servers add on the way.
LARGEST_MAIL = 90_000
LARGEST_HEADERS = 1_500  # of them; what differs between mails of a date, but for the papers
# Characters of each abstract and of each title: the first that fit are taken. The last always do,
# thirty titles in signs that take twelve bytes each included.
LENGTHS = ((900, 300), (600, 300), (400, 300), (250, 300), (120, 300), (0, 300), (0, 120), (0, 24))
MOST_FRONTS = 3  # mornings around the world
MOST_BLOCKS = 6_000  # of some 4 kB
MOST_LINES = 10_000  # leads, and subjects


@dataclass(frozen=True, slots=True)
class Sheet:
    """A front, and what takes its seats in the mails of all readers of an edition."""

    around: Form
    taken: Mapping[str, bytes]

    def mail(self, copy: Copy) -> Wire:
        """Put in what is a reader's own."""
        own = {
            front.ADDRESS: to_value(copy.email),
            front.NUMBER: b"%d" % copy.delivery,
            front.DATE: date_value(int(time.time())),
            front.UNSUBSCRIBE: copy.unsubscribe_token.encode(),
            front.PREFERENCES: copy.preferences_token.encode(),
        }
        # Whole lines, and none begins with a dot: see `forms.encode`.
        return Wire(self.around.write({**self.taken, **own}))


class Typesetter:
    """Makes sheets, and keeps the fronts and blocks that they are made of."""

    def __init__(self) -> None:
        self._front = lru_cache(MOST_FRONTS)(front.front)
        self._block = lru_cache(MOST_BLOCKS)(block)

    def sheet(self, stories: Sequence[Story], date: dt.date) -> Sheet:
        """Make a sheet of one story or more, with abstracts as long as the mail's size allows.

        Raises:
            ValueError: where there are too many.

        """
        around = self._front(date)
        blocks = self._fitting(stories, LARGEST_MAIL - LARGEST_HEADERS - around.size)
        texts, htmls, _, words, mentions = zip(*blocks, strict=True)
        by_frequency = headlines.by_frequency(chain.from_iterable(mentions))
        minutes = headlines.reading_minutes(sum(words))
        text_lead, html_lead = _lead(len(stories), by_frequency, minutes)
        taken = {
            front.SUBJECT: _subject(date, stories[0].title, len(stories)),
            front.TEXT_LEAD: text_lead,
            front.TEXT_PAPERS: b"".join(texts),
            front.HTML_LEAD: html_lead,
            front.HTML_PAPERS: b"".join(htmls),
        }
        return Sheet(around, taken)

    def _fitting(self, stories: Sequence[Story], most: int) -> list[Block]:
        for lengths in LENGTHS:
            blocks = [self._block(story, lengths) for story in stories]
            if sum([block.size for block in blocks]) < most:
                return blocks
        raise ValueError(f"{len(stories)} papers do not fit into {LARGEST_MAIL} bytes")


@lru_cache(MOST_LINES)
def _subject(date: dt.date, first: str, papers: int) -> bytes:
    said = headlines.subject(date, first, papers)
    return subject_value(" ".join(said.split()))


@lru_cache(MOST_LINES)
def _lead(papers: int, mentions: tuple[str, ...], minutes: int) -> tuple[bytes, bytes]:
    """Write the lead for the text and for the HTML."""
    lead = headlines.lead(papers, mentions, minutes)
    return encode(lead), encode(escape(lead))
