"""A paper -> its block of each part of a mail: rendered and encoded once, whoever reads it."""

from dataclasses import replace
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils import translation

from digests.shown.shorten import shorten
from newsletter.printing import headlines, links
from newsletter.printing.forms import Form, encode, encode_around
from newsletter.printing.headlines import Mention, mention
from newsletter.printing.seats import PREFERENCES
from newsletter.printing.stories import Story
from subscribers import tokens
from subscribers.inlining import escape, inline_piece

# In either part a reader says by two links what she wants.
_LINKS_OF_HERS = 2


class Block(NamedTuple):
    """A paper in quoted-printable, twice, and what the lead has to know of it.

    `headline` is its title as a preheader has it, `size` the bytes of both parts, `words` are all
    that is read of it.
    """

    text: Form
    html: Form
    headline: bytes
    size: int
    words: int
    mentions: tuple[Mention, ...]


def block(story: Story, lengths: tuple[int, int], language: str) -> Block:
    """Print a paper with so many characters of its abstract and of its title at most."""
    with translation.override(language):
        short = shortened(story, *lengths)
        text, html = printed(short, PREFERENCES)
        words, mentions = headlines.words(short), tuple(map(mention, story.reasons))
    forms = _form(text), _form(html)
    size = sum(form.size + len(form.seats) * tokens.LENGTH for form in forms)
    headline = encode(escape(headlines.headline(story)))
    return Block(*forms, headline, size, words, mentions)


def shortened(story: Story, abstract: int, title: int) -> Story:
    """Return a story whose texts have so many characters at most."""
    return replace(
        story, abstract=shorten(story.abstract, abstract), title=shorten(story.title, title)
    )


def printed(story: Story, preferences_token: str) -> tuple[str, str]:
    """Return a paper as it stands in the text and in the HTML: whole lines."""
    context = {"paper": context_of(story, preferences_token)}
    text = render_to_string("mail/edition/paper.txt", context)
    return text, inline_piece(render_to_string("mail/edition/paper.html", context))


def context_of(story: Story, preferences_token: str = "") -> dict[str, Any]:
    """Return what the templates show of a paper; without a token nobody is asked for a verdict."""
    verdicts = {
        f"{verdict}_url": links.feedback(preferences_token, story.number, verdict)
        for verdict in ("more", "less")
        if preferences_token
    }
    return verdicts | {
        "title": story.title,
        "authors": story.shown_authors,
        "abstract": story.abstract,
        "reasons": story.reasons,
        "link": story.link,
        "pdf_url": story.pdf,
        "code_url": story.code,
        "page_url": links.paper_page(story.number, story.slug),
    }


def _form(said: str) -> Form:
    return Form.cut(encode_around(said, (PREFERENCES,)), {PREFERENCES: _LINKS_OF_HERS})
