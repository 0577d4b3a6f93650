"""A paper -> its block of each part of a mail: rendered and encoded once, whoever reads it."""

from dataclasses import replace
from typing import NamedTuple

from django.template.loader import render_to_string

from config.look import look
from newsletter.printing.forms import encode
from newsletter.printing.headlines import mention
from newsletter.printing.shorten import shorten
from newsletter.printing.stories import Story
from subscribers.mail import dense


class Block(NamedTuple):
    """A paper in quoted-printable, twice, and what the lead has to know of it.

    `size` is the bytes of both; `words` are the abstract's.
    """

    text: bytes
    html: bytes
    size: int
    words: int
    mentions: tuple[str, ...]


def block(story: Story, lengths: tuple[int, int]) -> Block:
    """Print a paper with so many characters of its abstract and of its title at most."""
    short = shortened(story, *lengths)
    text, html = map(encode, printed(short))
    words = len(short.abstract.split())
    return Block(text, html, len(text) + len(html), words, tuple(map(mention, story.reasons)))


def shortened(story: Story, abstract: int, title: int) -> Story:
    """Return a story whose texts have so many characters at most."""
    return replace(
        story, abstract=shorten(story.abstract, abstract), title=shorten(story.title, title)
    )


def printed(story: Story) -> tuple[str, str]:
    """Return a paper as it stands in the text and in the HTML: whole lines."""
    context = {"paper": story, "look": look()}
    text = render_to_string("mail/edition/paper.txt", context)
    return text, dense(render_to_string("mail/edition/paper.html", context))
