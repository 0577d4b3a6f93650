"""A reader's past editions: what is, or may be, in her inbox."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from digests.models import Paper
from newsletter.models import Delivery
from newsletter.pages.entries import entry
from newsletter.pages.feedback import BUTTONS
from newsletter.printing import links
from newsletter.printing.block import shortened
from newsletter.printing.desk import Desk
from newsletter.printing.sheet import lengths
from newsletter.printing.stories import Story
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token

PAGE = 30
IN_HER_INBOX = (Delivery.State.SENT, Delivery.State.UNCERTAIN)


class Line(NamedTuple):
    """An edition in the list: its date, its papers, and the title of the first of them.

    Where there is none, `is_silent` tells whether there never was one.
    """

    date: dt.date
    papers: int
    top: str
    is_silent: bool


@require_safe
@by_preferences_token
def editions(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """List her editions, the newest first."""
    mails = Delivery.objects.filter(subscriber=reader, state__in=IN_HER_INBOX)
    rows = mails.order_by("-date").values_list("date", "edition__paper_ids")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"token": reader.preferences_token, "page": page, "lines": [*_lines(page)]}
    return render(request, "pages/editions.html", context)


@require_safe
@by_preferences_token
def edition(request: HttpRequest, reader: Subscriber, date: dt.date) -> HttpResponse:
    """Show what an edition brought her."""
    mails = Delivery.objects.filter(subscriber=reader, state__in=IN_HER_INBOX, date=date)
    number = mails.values_list("edition", flat=True).first()
    if number is None:
        raise Http404("She has no edition of this date.")
    longest, *_ = lengths(is_full=reader.abstracts == Subscriber.Abstracts.FULL)
    desk = Desk()
    stories = [shortened(story, *longest) for story in desk.stories([number])[number]]
    context = {
        "token": reader.preferences_token,
        "date": date,
        "papers": [entry(story, _verdicts(reader, story)) for story in stories],
        "is_silent": number in desk.silent,
        "mail": links.shared_edition(date, number),
    }
    return render(request, "pages/edition.html", context)


def _lines(page: Page[tuple[dt.date, list[int]]]) -> Iterator[Line]:
    """Read the titles of a page's editions by one query."""
    numbers = {number for _, papers in page for number in papers}
    fields = ("title", "withdrawn_at", "merged_into__title", "merged_into__withdrawn_at")
    standing = Paper.objects.only(*fields).by_number(numbers)
    for date, papers in page:
        present = [standing[it] for it in papers if it in standing]
        left = [*dict.fromkeys(it for it in present if not it.withdrawn_at)]
        yield Line(date, len(left), left[0].shown_title if left else "", is_silent=not papers)


def _verdicts(reader: Subscriber, story: Story) -> list[tuple[str, str]]:
    """Return the ways to say something of a paper."""
    return [
        (str(label), reverse("feedback", args=[reader.preferences_token, story.number, verdict]))
        for verdict, label in BUTTONS.items()
    ]
