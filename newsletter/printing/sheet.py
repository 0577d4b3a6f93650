"""An edition -> its sheet: what all its readers of a style read, with only their own seats free.

    front    once a date        all around the papers, headers included, in a style
    block    once a paper       for its reasons, its length and its language
    sheet    once an edition    the front, and the blocks that go into it, in a style
    mail     once a reader      a sheet with her address, her delivery's number and her tokens

Decoded, a mail is what the whole template says; its headers are what `email` writes.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import wrap

from newsletter.printing import front, headlines, links, seats
from newsletter.printing.block import Block, block
from newsletter.printing.forms import SOFT_BREAK, Form, encode
from newsletter.printing.headers import date_value, subject_value, to_value
from newsletter.printing.headlines import Mention
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from newsletter.printing.whole import says_words
from newsletter.sending.copies import Copy
from newsletter.sending.message import Wire
from subscribers import tokens
from subscribers.inlining import escape, inline_piece

# Gmail cuts a mail at about 102 kB; the margin is for what servers add on the way.
LARGEST_MAIL = 90_000
LARGEST_VALUES = 1_500  # of them, what is put in for a reader but for her tokens
# Characters of each abstract and of each title: the first that fit are taken.
SHORT = ((420, 300), (300, 300), (200, 300), (120, 300), (0, 300), (0, 120))
FULL = ((5_000, 300), (1_200, 300), (900, 300), (600, 300), *SHORT)
MOST_FRONTS = 200  # mornings around the world, in some languages, weekly or not, first or not
MOST_BLOCKS = 6_000  # of some 4 kB
MOST_LINES = 10_000  # leads, and subjects
COLUMNS = 72  # of the text, as its templates have it
_FREE = {seat: (Form.free(seat),) for seat in seats.OF_A_READER}
_BETWEEN_HEADLINES = SOFT_BREAK + encode(headlines.BETWEEN_HEADLINES) + SOFT_BREAK


def lengths(*, is_full: bool) -> tuple[tuple[int, int], ...]:
    """Return how long abstracts and titles may be: as long as she likes, and then ever shorter."""
    return FULL if is_full else SHORT


def ways(
    stories: Sequence[Story], *, is_full: bool
) -> Iterator[tuple[Sequence[Story], tuple[int, int], int]]:
    """Yield the ways to make papers fit: how they are told, lengths, and how many are shown.

    All abstracts become shorter before the first paper is left to the site; and before a mail
    cannot be made at all, its one paper goes without authors.
    """
    for longest in lengths(is_full=is_full):
        yield stories, longest, len(stories)
    for shown in range(len(stories) - 1, 0, -1):
        yield stories, SHORT[-1], shown
    first, *others = stories
    yield [replace(first, authors=(), more_authors=0), *others], SHORT[-1], 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A mail with the seats of its reader."""

    form: Form

    @property
    def size(self) -> int:
        """The bytes of a mail at most."""
        return self.form.size + len(self.form.seats) * tokens.LENGTH + LARGEST_VALUES

    def mail(self, copy: Copy) -> Wire:
        """Put in what is a reader's own."""
        own = {
            seats.ADDRESS: to_value(copy.email),
            seats.NUMBER: b"%d" % copy.delivery,
            seats.DATE: date_value(int(time.time())),
            seats.UNSUBSCRIBE: copy.unsubscribe_token.encode(),
            seats.PREFERENCES: copy.preferences_token.encode(),
        }
        # Whole lines, and none begins with a dot: see `forms.encode`.
        return Wire(self.form.write(own))


class Typesetter:
    """Makes sheets, and keeps the fronts and blocks that they are made of."""

    def __init__(self) -> None:
        self._front = lru_cache(MOST_FRONTS)(front.front)
        self._silence = lru_cache(MOST_FRONTS)(front.silence)
        self._block = lru_cache(MOST_BLOCKS)(block)

    def sheet(self, stories: Sequence[Story], date: dt.date, style: Style, edition: int) -> Sheet:
        """Make a sheet of one story or more, of which it says as much as a mail's size allows.

        Raises:
            ValueError: where it does not even allow one.

        """
        around = self._front(date, style, says_words=says_words(stories))
        for told, longest, shown in ways(stories, is_full=style.is_full):
            blocks = [self._block(story, longest, style.language) for story in told[:shown]]
            if sum([it.size for it in blocks]) + around.size < LARGEST_MAIL:
                sheet = Sheet(around.filled(_taken(told, blocks, date, style, edition)))
                if sheet.size < LARGEST_MAIL:
                    return sheet
        raise ValueError(f"no paper fits into {LARGEST_MAIL} bytes")

    def silence(self, date: dt.date, style: Style) -> Sheet:
        """Make the sheet of a mail that brings nothing."""
        return Sheet(self._silence(date, style))


def _taken(
    stories: Sequence[Story], blocks: Sequence[Block], date: dt.date, style: Style, edition: int
) -> dict[str, Sequence[Form]]:
    """Return what takes the seats: the blocks that are shown, and what is said of all papers."""
    texts, htmls, shown, _, words, mentions = zip(*blocks, strict=True)
    by_frequency = headlines.by_frequency(chain.from_iterable(mentions))
    minutes = headlines.reading_minutes(sum(words))
    text_lead, html_lead = _lead(style, len(stories), by_frequency, minutes)
    first, preheader = stories[0].title, _preheader(stories, shown)
    if folded := len(stories) - len(blocks):
        rest = _rest(style.language, folded, links.shared_edition(date, edition))
        texts, htmls = (*texts, rest[0]), (*htmls, rest[1])
    return _FREE | {
        seats.SUBJECT: (_subject(style, first, len(stories)),),
        seats.PREHEADER: (Form((preheader,)),),
        seats.EDITION: (Form((links.name(date, edition).encode(),)),),
        seats.TEXT_LEAD: (text_lead,),
        seats.HTML_LEAD: (html_lead,),
        seats.TEXT_PAPERS: texts,
        seats.HTML_PAPERS: htmls,
    }


@lru_cache(MOST_LINES)
def _subject(style: Style, first: str, papers: int) -> Form:
    with translation.override(style.language):
        said = headlines.subject(first, papers, is_weekly=style.is_weekly)
    return Form((subject_value(" ".join(said.split())),))


def _preheader(stories: Sequence[Story], shown: Sequence[bytes]) -> bytes:
    if len(stories) == 1:
        return _opening(stories[0])
    if len(shown) < min(len(stories), headlines.MOST_HEADLINES):  # next to nothing is shown
        return encode(escape(headlines.preheader(stories)))
    return _BETWEEN_HEADLINES.join(filter(None, shown[1 : headlines.MOST_HEADLINES]))


@lru_cache(MOST_LINES)
def _opening(story: Story) -> bytes:
    return encode(escape(headlines.opening(story)))


@lru_cache(MOST_LINES)
def _lead(
    style: Style, papers: int, mentions: tuple[Mention, ...], minutes: int
) -> tuple[Form, Form]:
    """Write the lead for the text and for the HTML."""
    with translation.override(style.language):
        lead = headlines.lead(papers, mentions, minutes, is_weekly=style.is_weekly)
    return _form(wrap(lead, COLUMNS)), _form(escape(lead))


def _rest(language: str, folded: int, view: str) -> tuple[Form, Form]:
    """Write what is said, in the text and in the HTML, of papers that are on the site alone."""
    context = {"folded": folded, "view_url": view}
    with translation.override(language):
        text = render_to_string("mail/edition/folded.txt", context)
        html = inline_piece(render_to_string("mail/edition/folded.html", context))
    return _form(text), _form(html)


def _form(said: str) -> Form:
    return Form((encode(said),))
