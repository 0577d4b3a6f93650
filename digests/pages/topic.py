"""The topics of the catalogue, and the papers of each. Readers' own words have no page."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from digests.models import Paper, Topic
from digests.models.paper import PaperQuerySet
from digests.pages.public import public
from digests.shown.entries import Entry, entries, papers_of
from digests.shown.paging import PAGE


class Place(NamedTuple):
    """Where a page of a topic begins: behind this paper, listed first on this day."""

    day: dt.date
    paper: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Read what `str` wrote; None for anything else."""
        day, _, number = text.partition("~")
        try:
            return cls(dt.date.fromisoformat(day), int(number)) if number.isdecimal() else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day}~{self.paper}"


@public
def topics(request: HttpRequest) -> HttpResponse:
    """Show what there is to choose from, in its groups."""
    return render(request, "papers/topics.html", {"topics": Topic.objects.catalogue().offered()})


@public
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """Show a topic's papers, the newest first."""
    found = get_object_or_404(Topic.objects.catalogue(), key=key)
    place = Place.read(request.GET.get("before", ""))
    rows = [*_papers(found, place).values_list("first_listed_on", "pk")[: PAGE + 1]]
    shown = [Place(*row) for row in rows[:PAGE]]
    context = {
        "topic": found,
        "listed": [*zip((it.day for it in shown), _entries(shown), strict=True)],
        "before": shown[-1] if len(rows) > PAGE else None,
        "is_first": place is None,
    }
    return render(request, "papers/topic.html", context)


def _entries(shown: Sequence[Place]) -> list[Entry]:
    return entries(papers_of([it.paper for it in shown]))


def _papers(topic: Topic, place: Place | None) -> PaperQuerySet:
    papers = Paper.objects.shown().filter(topics__topic=topic).newest_first()
    if place is None:
        return papers
    # The first condition is one that an index knows.
    until = papers.filter(first_listed_on__lte=place.day)
    return until.exclude(first_listed_on=place.day, pk__gte=place.paper)
