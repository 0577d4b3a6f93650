"""What readers say of papers: kept for ranking, and changed by nobody but them.

A paper may have several numbers, where rows turned out to be one. What she says counts for it under
all of them, and the last word is what she says.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from digests.models import Paper
from subscribers.models import Feedback, Subscriber


def given(reader: Subscriber, paper: Paper) -> str:
    """Return what she says of a paper; nothing, if she has not said anything."""
    verdicts = _of(reader, paper).order_by("-given_at", "-pk")
    return verdicts.values_list("verdict", flat=True).first() or ""


@transaction.atomic
def give(reader: Subscriber, paper: Paper, verdict: str, now: dt.datetime) -> None:
    """Keep what she says of a paper, in place of what she said before."""
    kept = paper.merged_into or paper
    _of(reader, kept).exclude(paper=kept).delete()
    Feedback.objects.update_or_create(
        subscriber=reader, paper=kept, defaults={"verdict": verdict, "given_at": now}
    )


def take_back(reader: Subscriber, paper: Paper) -> None:
    """Forget what she said of a paper."""
    _of(reader, paper).delete()


def _of(reader: Subscriber, paper: Paper) -> QuerySet[Feedback]:
    """Return what she has said of what a paper's number stands for, under any number."""
    kept = paper.merged_into_id or paper.pk
    return Feedback.objects.filter(Q(paper=kept) | Q(paper__merged_into=kept), subscriber=reader)
