"""What readers say of papers: kept for ranking, and changed by nobody but them."""

import datetime as dt

from digests.models import Paper
from subscribers.models import Feedback, Subscriber


def given(reader: Subscriber, paper: Paper) -> str:
    """Return what she says of a paper; nothing, if she has not said anything."""
    verdicts = Feedback.objects.filter(subscriber=reader, paper=paper)
    return verdicts.values_list("verdict", flat=True).first() or ""


def give(reader: Subscriber, paper: Paper, verdict: str, now: dt.datetime) -> None:
    """Keep what she says of a paper, in place of what she said before."""
    Feedback.objects.update_or_create(
        subscriber=reader, paper=paper, defaults={"verdict": verdict, "given_at": now}
    )


def take_back(reader: Subscriber, paper: Paper) -> None:
    """Forget what she said of a paper."""
    Feedback.objects.filter(subscriber=reader, paper=paper).delete()
