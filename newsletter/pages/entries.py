"""Stories as pages list papers: what templates/papers/_paper.html asks for."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from newsletter.printing.stories import Story


def entry(story: Story, more: Sequence[tuple[str | Promise, str]] = ()) -> dict[str, Any]:
    """Return what a page says of a paper, in the active language.

    Its headline leads to our own page about it. `more` are links beside those to the paper.
    """
    places = [(_("Read it"), story.link), ("PDF", story.pdf), (_("Code"), story.code)]
    return {
        "title": story.title,
        "link": reverse("paper", args=[story.number, story.slug]),
        "authors": story.shown_authors,
        "abstract": story.abstract,
        "reasons": [{"name": it.topic, "words": it.words} for it in story.reasons],
        "links": [(label, url) for label, url in places if url] + [*more],
    }
