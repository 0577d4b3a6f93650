"""A proof: an edition's mail as a page for everybody, with nothing personal in it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import translation

from newsletter.printing import links, whole
from newsletter.printing.sheet import lengths
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from subscribers.mail import link, write_html


def proof(
    stories: Sequence[Story], date: dt.date, style: Style, *, edition: int | None = None
) -> str:
    """Return the HTML of a mail without its reader's links, and with one to sign up instead.

    It shows what a mail had no room for too. `edition` names the page of its own that the proof
    has, if it has one.
    """
    with translation.override(style.language):
        return write_html(
            "edition" if stories else "silence", _context(stories, date, style, edition)
        )


def _context(
    stories: Sequence[Story], date: dt.date, style: Style, edition: int | None
) -> dict[str, Any]:
    longest, *_ = lengths(is_full=style.is_full)
    return {
        **whole.of_a_date(date, style),
        **(whole.told(stories, style, longest) if stories else {}),
        "is_proof": True,
        "sign_up_url": link("sign-up"),
        "canonical_url": links.shared_edition(date, edition) if edition else "",
    }
