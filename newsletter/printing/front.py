"""The front: what every mail of a date has in common, headers and all around the papers.

The whole template is rendered about one stand-in paper, which is cut out; `email` writes the
headers and the joints between the parts, with stand-ins for what differs between mails.
"""

import datetime as dt
import re
import secrets
from dataclasses import replace

from config.mime import to_bytes
from newsletter.printing.block import printed
from newsletter.printing.forms import Form, encode_around
from newsletter.printing.headers import headers
from newsletter.printing.stories import Story
from subscribers import tokens
from subscribers.mail import Words, build, link, write


def _mark() -> str:
    """Return what stands in for something; nobody can guess it, so no paper can say it."""
    return secrets.token_hex(tokens.LENGTH // 2)


# The seats of an edition, and those of a reader.
SUBJECT, TEXT_LEAD, HTML_LEAD, TEXT_PAPERS, HTML_PAPERS = (_mark() for _ in range(5))
ADDRESS, NUMBER, DATE, UNSUBSCRIBE, PREFERENCES = (_mark() for _ in range(5))
# What becomes of these is another thing in the text than in the HTML.
_LEAD, _PAPERS, _TEXT, _HTML = (_mark() for _ in range(4))

# "=_" occurs in no quoted-printable text (RFC 2045, section 6.7, note 5), so in no part of ours.
BOUNDARY = "=_paperboy"
_DATE_HEADER = re.compile(rb"(?<=\r\nDate: )[^\r\n]+")


def front(date: dt.date) -> Form:
    """Print what the mails of a date have in common."""
    words = _around(date)
    counts = {seat: (words.text + words.html).count(seat) for seat in (UNSUBSCRIBE, PREFERENCES)}
    counts[UNSUBSCRIBE] += 1  # in the headers
    counts |= {TEXT_LEAD: words.text.count(_LEAD), HTML_LEAD: words.html.count(_LEAD)}
    once = (SUBJECT, ADDRESS, NUMBER, DATE, TEXT_PAPERS, HTML_PAPERS)
    raw = (
        _envelope(date)
        .replace(_TEXT.encode(), _part(words.text, TEXT_LEAD, TEXT_PAPERS))
        .replace(_HTML.encode(), _part(words.html, HTML_LEAD, HTML_PAPERS))
    )
    return Form.cut(raw, dict.fromkeys(once, 1) | counts)


def _around(date: dt.date) -> Words:
    """Render the whole template about one paper, and cut that out."""
    paper = Story(_mark(), "", "", "")
    context = {
        "papers": [paper],
        "subject": SUBJECT,
        "lead": _LEAD,
        "date": date,
        "unsubscribe_url": link("unsubscribe", UNSUBSCRIBE),
        "preferences_url": link("preferences", PREFERENCES),
    }
    words = write("edition", context)
    text, html = printed(paper)
    return replace(words, text=_cut_out(text, words.text), html=_cut_out(html, words.html))


def _cut_out(paper: str, whole: str) -> str:
    if whole.count(f"\n{paper}") != 1:
        raise ValueError("a paper does not stand on lines of its own")
    return whole.replace(paper, _PAPERS)


def _part(said: str, lead: str, papers: str) -> bytes:
    """Encode a part, but for its papers: those are whole lines already."""
    around = (
        encode_around(piece.replace(_LEAD, lead), (lead, UNSUBSCRIBE, PREFERENCES))
        for piece in said.split(_PAPERS)
    )
    return papers.encode().join(around)


def _envelope(date: dt.date) -> bytes:
    """Let `email` write the headers and the joints between the parts."""
    words = Words(SUBJECT, _TEXT, _HTML)
    message = build(words, ADDRESS, headers(date, NUMBER, UNSUBSCRIBE))
    raw, dates = _DATE_HEADER.subn(DATE.encode(), to_bytes(message, BOUNDARY), count=1)
    if not dates:
        raise ValueError("a mail has no date")
    return raw
