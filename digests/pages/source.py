"""What a source brought, by day, in its own order."""

import datetime as dt

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from digests.models import Digest, Source
from digests.models.source import SourceQuerySet
from digests.pages.public import public
from digests.shown.entries import entries, papers_of
from digests.shown.paging import page


@public
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the list of a day, or else the newest one."""
    found = get_object_or_404(_shown(), slug=slug)
    digests = Digest.objects.filter(source=found)
    day = _day(request.GET.get("day"))
    digest = (digests.filter(date=day) if day else digests).order_by("-date").first()
    if digest is None and day:
        raise Http404
    listed = _papers(digest) if digest else []
    shown = page(listed, request.GET.get("after", ""))
    context = {
        "source": found,
        "day": digest and digest.date,
        **_beside(digest),
        "total": len(listed),
        "papers": entries(papers_of(shown.papers)),
        "after": shown.after,
    }
    return render(request, "papers/source.html", context)


def _shown() -> SourceQuerySet:
    """Return the sources that bring papers, or once did."""
    return Source.objects.filter(
        Q(is_active=True) | Exists(Digest.objects.filter(source=OuterRef("pk")))
    )


def _day(text: str | None) -> dt.date | None:
    """Read the day that is asked for; what is none is no page."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Http404 from None


def _papers(digest: Digest) -> list[int]:
    listed = digest.digestpaper_set.filter(paper__merged_into=None, paper__withdrawn_at=None)
    return [*listed.order_by("place", "paper").values_list("paper", flat=True)]


def _beside(digest: Digest | None) -> dict[str, dt.date | None]:
    """Return the days of the lists before and after one: one query."""
    if digest is None:
        return {}
    return Digest.objects.filter(source=digest.source_id).aggregate(
        before=Max("date", filter=Q(date__lt=digest.date)),
        later=Min("date", filter=Q(date__gt=digest.date)),
    )
