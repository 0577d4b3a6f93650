"""The papers of a day, and the calendar that leads to others."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from digests.pages.public import public
from digests.shown import days
from digests.shown.entries import entries, papers_of
from digests.shown.paging import page


@public
def newest(request: HttpRequest) -> HttpResponse:
    """Show the last day that brought papers."""
    now = timezone.now()
    day = days.newest(now.date())
    return _show(request, day, now) if day else render(request, "papers/none.html")


@public
def day(request: HttpRequest, date: dt.date) -> HttpResponse:
    """Show the papers of a day that has come."""
    now = timezone.now()
    if date > now.date():
        raise Http404
    return _show(request, date, now)


def _show(request: HttpRequest, day: dt.date, now: dt.datetime) -> HttpResponse:
    ranked = days.ranked(day, now)
    if not ranked:
        raise Http404
    before, later = days.beside(day, now.date())
    shown = page(ranked, request.GET.get("after", ""))
    context = {
        "day": day,
        "before": before,
        "later": later,
        "total": len(ranked),
        "papers": entries(papers_of(shown.papers)),
        "after": shown.after,
        "month": days.month_of(day),
        "sources": days.sources_of(day),
    }
    return render(request, "papers/day.html", context)
