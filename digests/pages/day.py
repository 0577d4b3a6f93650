"""The papers of a day, and the calendar that leads to others."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
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
    """Show the papers of a day; of none that is still to come."""
    return _show(request, date, timezone.now())


def _show(request: HttpRequest, day: dt.date, now: dt.datetime) -> HttpResponse:
    today = now.date()
    before, later = days.beside(day, today)
    around = {"day": day, "before": before, "later": later}
    ranked = days.ranked(day, now) if day <= today else []
    if not ranked:
        empty = around | {"may_come": day >= today}
        return render(request, "papers/empty_day.html", empty, status=404)
    shown = page(ranked, request.GET.get("after", ""))
    context = {
        **around,
        "total": len(ranked),
        "papers": entries(papers_of(shown.papers)),
        "after": shown.after,
        "month": days.month_of(day),
        "sources": days.sources_of(day),
    }
    return render(request, "papers/day.html", context)
