"""What the others are given to send: the same as a reader of this system gets."""

import uuid
from typing import Any

from django.utils import timezone

from newsletter.printing.block import printed, shortened
from newsletter.printing.desk import Desk
from newsletter.printing.press import Press
from newsletter.printing.sheet import SHORT
from newsletter.printing.stories import Story
from newsletter.sending.claims import take
from subscribers import tokens


def sample() -> dict[str, Any]:
    """Return a mail of the morning that is composed, and its stories as another system's rows."""
    copies = take(uuid.uuid4(), timezone.now())
    if not copies:
        raise SystemExit("There is no morning to take a sample of.")
    press, copy = Press(), copies[-1]
    press.load(copies)
    stories = Desk().stories([copy.edition])[copy.edition]
    mail = press.message(copy).content.decode("ascii")
    return {"mail": mail, "stories": [_row(story) for story in stories]}


def _row(story: Story) -> dict[str, str]:
    """Return a paper as others store it: with its piece of the mail as text."""
    _, html = printed(shortened(story, *SHORT[0]), tokens.new())
    return {"title": story.title, "url": story.link, "text": html}
