"""The topics of the catalogue, and the papers of each. Readers' own words have no page."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from digests.models import Topic
from digests.pages.public import public
from digests.shown.entries import Entry, entries, papers_of
from digests.shown.newest import Listed, following
from digests.shown.paging import PAGE


@public
def topics(request: HttpRequest) -> HttpResponse:
    """Show what there is to choose from, in its groups."""
    return render(request, "papers/topics.html", {"topics": Topic.objects.catalogue().offered()})


@public
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """Show a topic's papers: the newest day first, of a day the most noticed first."""
    found = get_object_or_404(Topic.objects.catalogue(), key=key)
    last = Listed.read(request.GET.get("before", ""))
    listed = following(found, last, PAGE + 1, timezone.now())
    shown = listed[:PAGE]
    context = {
        "topic": found,
        "listed": [*zip((it.day for it in shown), _entries(shown, found), strict=True)],
        "before": shown[-1] if len(listed) > PAGE else None,
        "is_first": last is None,
    }
    return render(request, "papers/topic.html", context)


def _entries(shown: Sequence[Listed], found: Topic) -> list[Entry]:
    return entries(papers_of([it.paper for it in shown]), found)
