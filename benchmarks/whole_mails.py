"""A mail as it is usually made: one template and one `email` message for each reader.

What `benchmarks.rendering` is measured against, and what `tests/test_sheet.py` compares it with.
"""

from collections.abc import Sequence

from config.mime import to_bytes
from newsletter.printing import headlines
from newsletter.printing.block import shortened
from newsletter.printing.front import BOUNDARY
from newsletter.printing.headers import headers
from newsletter.printing.stories import Story
from newsletter.sending.copies import Copy
from subscribers.mail import Words, build, link, write


def whole_mail(stories: Sequence[Story], copy: Copy, lengths: tuple[int, int]) -> bytes:
    """Return a reader's mail, with abstracts and titles of so many characters at most."""
    own = headers(copy.date, copy.delivery, copy.unsubscribe_token)
    return to_bytes(build(_words(stories, copy, lengths), copy.email, own), BOUNDARY)


def _words(stories: Sequence[Story], copy: Copy, lengths: tuple[int, int]) -> Words:
    """Render the whole template."""
    papers = [shortened(story, *lengths) for story in stories]
    mentions = [headlines.mention(reason) for story in stories for reason in story.reasons]
    minutes = headlines.reading_minutes(sum(len(paper.abstract.split()) for paper in papers))
    context = {
        "papers": papers,
        "subject": headlines.subject(copy.date, stories[0].title, len(stories)),
        "lead": headlines.lead(len(stories), headlines.by_frequency(mentions), minutes),
        "date": copy.date,
        "unsubscribe_url": link("unsubscribe", copy.unsubscribe_token),
        "preferences_url": link("preferences", copy.preferences_token),
    }
    return write("edition", context)
