"""A mail as it is usually made: one template and one `email` message for each reader.

What `benchmarks.rendering` is measured against, and what `tests/test_sheet.py` compares it with.
"""

from collections.abc import Sequence

from django.utils import translation

from config.mime import to_bytes
from newsletter.printing import links, whole
from newsletter.printing.front import BOUNDARY
from newsletter.printing.headers import headers
from newsletter.printing.stories import Story
from newsletter.printing.style import Style
from newsletter.sending.copies import Copy
from subscribers.mail import Words, build


def whole_mail(
    stories: Sequence[Story], copy: Copy, lengths: tuple[int, int], most: int | None = None
) -> bytes:
    """Return a reader's mail, with abstracts and titles of so many characters at most."""
    own = headers(copy.date, copy.delivery, copy.unsubscribe_token)
    words = _words(stories, copy, lengths, most)
    return to_bytes(build(words, copy.email, own), BOUNDARY)


def _words(
    stories: Sequence[Story], copy: Copy, lengths: tuple[int, int], most: int | None
) -> Words:
    """Render the whole template."""
    style = Style.of(copy)
    with translation.override(style.language):
        if not stories:
            return whole.silence(copy.date, style, copy.unsubscribe_token, copy.preferences_token)
        told = whole.told(stories, style, lengths, copy.preferences_token, most)
        told["view_url"] = links.shared_edition(copy.date, copy.edition)
        return whole.edition(copy.date, style, told, copy.unsubscribe_token, copy.preferences_token)
