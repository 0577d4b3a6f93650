"""Stories as pages list papers."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from digests.shown.entries import Entry, ShownReason
from newsletter.printing.stories import Story


def entry(story: Story, more: Sequence[tuple[str, str]] = ()) -> Entry:
    """Return a paper as a page lists it, in the active language.

    Its headline leads to our own page about it. `more` are links beside those to the paper.
    """
    places = [(_("Read it"), story.link), ("PDF", story.pdf), (_("Code"), story.code)]
    return Entry(
        title=story.title,
        link=reverse("paper", args=[story.number, story.slug]),
        authors=story.shown_authors,
        abstract=story.abstract,
        reasons=tuple(ShownReason(it.said_name, it.words) for it in story.reasons),
        links=(*((label, url) for label, url in places if url), *more),
    )
