"""The front: what all mails of a date and a style have in common, headers and all around papers.

The whole template is rendered about one stand-in paper, which is cut out; `email` writes the
headers and the joints between the parts, with stand-ins for what differs between mails.
"""

import datetime as dt
import re
from dataclasses import replace

from django.utils import translation

from config.mime import to_bytes
from newsletter.printing import links, seats, whole
from newsletter.printing.block import context_of, printed
from newsletter.printing.forms import Form, encode_around
from newsletter.printing.headers import headers
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from subscribers.mail import Words, build

# What becomes of these is another thing in the text than in the HTML.
_LEAD, _PAPERS, _TEXT, _HTML = (seats.mark() for _ in range(4))
_INSIDE = (
    seats.PREHEADER,
    seats.EDITION,
    seats.TEXT_LEAD,
    seats.HTML_LEAD,
    seats.UNSUBSCRIBE,
    seats.PREFERENCES,
)

# "=_" occurs in no quoted-printable text (RFC 2045, section 6.7, note 5), so in no part of ours.
BOUNDARY = "=_paperboy"
_DATE_HEADER = re.compile(rb"(?<=\r\nDate: )[^\r\n]+")


def front(date: dt.date, style: Style, *, says_words: bool) -> Form:
    """Print what the mails of a date that bring papers have in common.

    Where reasons show words, a note in the foot says what those are.
    """
    with translation.override(style.language):
        words = _around(date, style, says_words=says_words)
    return _form(
        date,
        words.subject,
        _part(words.text, seats.TEXT_LEAD, seats.TEXT_PAPERS),
        _part(words.html, seats.HTML_LEAD, seats.HTML_PAPERS),
    )


def silence(date: dt.date, style: Style) -> Form:
    """Print what the mails of a date that bring nothing have in common, which is all of them."""
    with translation.override(style.language):
        words = whole.silence(date, style, seats.UNSUBSCRIBE, seats.PREFERENCES)
    return _form(date, words.subject, *(_encoded(part) for part in (words.text, words.html)))


def _form(date: dt.date, subject: str, text: bytes, html: bytes) -> Form:
    """Put the parts into their envelope, and cut it at all seats that there are."""
    raw = _envelope(date, subject).replace(_TEXT.encode(), text).replace(_HTML.encode(), html)
    counts = {seat: raw.count(seat.encode()) for seat in seats.ALL}
    return Form.cut(raw, {seat: count for seat, count in counts.items() if count})


def _around(date: dt.date, style: Style, *, says_words: bool) -> Words:
    """Render the whole template about one paper, and cut that out."""
    paper = Story(seats.mark())
    told = {
        "papers": [context_of(paper, seats.PREFERENCES)],
        "subject": seats.SUBJECT,
        "preheader": seats.PREHEADER,
        "lead": _LEAD,
        "says_words": says_words,
        "view_url": links.shared_edition_called(date, seats.EDITION),
    }
    words = whole.edition(date, style, told, seats.UNSUBSCRIBE, seats.PREFERENCES)
    text, html = printed(paper, seats.PREFERENCES)
    return replace(words, text=_cut_out(text, words.text), html=_cut_out(html, words.html))


def _cut_out(paper: str, said: str) -> str:
    if said.count(f"\n{paper}") != 1:
        raise ValueError("a paper does not stand on lines of its own")
    return said.replace(paper, _PAPERS)


def _part(said: str, lead: str, papers: str) -> bytes:
    """Encode a part, but for its papers: those are whole lines already."""
    return papers.encode().join(_encoded(it.replace(_LEAD, lead)) for it in said.split(_PAPERS))


def _encoded(said: str) -> bytes:
    return encode_around(said, _INSIDE)


def _envelope(date: dt.date, subject: str) -> bytes:
    """Let `email` write the headers and the joints between the parts."""
    words = Words(subject, _TEXT, _HTML)
    message = build(words, seats.ADDRESS, headers(date, seats.NUMBER, seats.UNSUBSCRIBE))
    raw, dates = _DATE_HEADER.subn(seats.DATE.encode(), to_bytes(message, BOUNDARY), count=1)
    if not dates:
        raise ValueError("a mail has no date")
    if seats.UNSUBSCRIBE.encode() not in raw:  # as where `email` had folded or encoded it
        raise ValueError("the headers have no seat for the token that unsubscribes")
    return raw
