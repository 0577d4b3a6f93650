"""Whole mails out of their templates, in the active language: what fronts are made from.

And what any mail made of pieces is compared with.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.text import capfirst

from config import dates
from newsletter.printing import headlines, links
from newsletter.printing.block import context_of, shortened
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from subscribers.mail import Words, link, write


def edition(
    date: dt.date,
    style: Style,
    told: Mapping[str, Any],
    unsubscribe_token: str,
    preferences_token: str,
) -> Words:
    """Write the mail that tells a reader, whose tokens these are, of papers."""
    own = _own(unsubscribe_token, preferences_token)
    return write("edition", {**of_a_date(date, style), **told, **own})


def silence(date: dt.date, style: Style, unsubscribe_token: str, preferences_token: str) -> Words:
    """Write the mail that tells her of a week without anything that is new to her."""
    own = _own(unsubscribe_token, preferences_token)
    return write("silence", {**of_a_date(date, style), **own})


def told(
    stories: Sequence[Story],
    style: Style,
    lengths: tuple[int, int],
    preferences_token: str = "",
    most: int | None = None,
) -> dict[str, Any]:
    """Return what is told of an edition's papers, of which `most` are shown."""
    short = [shortened(story, *lengths) for story in stories[:most]]
    mentions = [headlines.mention(reason) for story in short for reason in story.reasons]
    minutes = headlines.reading_minutes(sum(map(headlines.words, short)))
    is_weekly = style.is_weekly
    return {
        "papers": [context_of(story, preferences_token) for story in short],
        "folded": len(stories) - len(short),
        "says_words": says_words(stories),
        "subject": headlines.subject(stories[0].title, len(stories), is_weekly=is_weekly),
        "preheader": headlines.preheader(stories),
        "lead": headlines.lead(
            len(stories), headlines.by_frequency(mentions), minutes, is_weekly=is_weekly
        ),
    }


def says_words(stories: Iterable[Story]) -> bool:
    """Tell whether some paper is there for words that stand above its headline."""
    return any(reason.words for story in stories for reason in story.reasons)


def of_a_date(date: dt.date, style: Style) -> dict[str, Any]:
    """Return what all mails of a date and a style say."""
    next_date = style.next_after(date)
    return {
        "day": dates.day(date),
        "full_day": capfirst(dates.full_day(date)),
        "next_day": dates.day(next_date) if next_date else "",
        "is_first": style.is_first,
        "archive_url": links.archive(),
    }


def _own(unsubscribe_token: str, preferences_token: str) -> dict[str, str]:
    return {
        "unsubscribe_url": link("unsubscribe", unsubscribe_token),
        "preferences_url": link("preferences", preferences_token),
    }
