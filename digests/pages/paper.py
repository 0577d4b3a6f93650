"""A paper's own page."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render

from digests.models import DigestPaper, Paper
from digests.pages.public import public
from digests.pages.scholarly import scholarly
from digests.search.alike import alike
from digests.shown import votes
from digests.shown.authors import byline, in_two
from digests.shown.entries import beginning, papers_of
from digests.shown.links import homes, links
from digests.shown.reasons import Reason, reasons_of

MOST_ALIKE = 5


@public
def paper(request: HttpRequest, number: int, slug: str = "") -> HttpResponse:  # noqa: ARG001 - decorates
    """Show a paper. One that was found to be another leads there; one that is gone says so."""
    found = get_object_or_404(Paper.objects.select_related("merged_into"), pk=number)
    shown = found.merged_into or found
    if shown.withdrawn_at:
        return render(request, "papers/withdrawn.html", status=410)
    if request.path != shown.get_absolute_url():
        return HttpResponsePermanentRedirect(shown.get_absolute_url())
    return render(request, "papers/paper.html", _told(shown))


def _told(paper: Paper) -> dict[str, object]:
    """Return all that there is to say of a paper, by a fixed number of queries."""
    listings = _listings(paper)
    counted = votes.by_day(
        (sighting.seen_at, listing.pk, sighting.upvotes)
        for listing in listings
        for sighting in listing.sightings.all()
    )
    names = [alias.name for alias in paper.aliases.all()]
    homes_of_it = homes(paper, names, {listing.digest.source.kind for listing in listings})
    reasons = reasons_of([paper.pk])[paper.pk]
    authors, other_authors = in_two(paper.shown_authors)
    return {
        "paper": paper,
        "summary": beginning(paper.shown_abstract),
        "authors": authors,
        "other_authors": other_authors,
        "links": links(paper, homes_of_it),
        "listings": listings,
        "votes": counted,
        "curve": votes.curve(counted),
        "reasons": reasons,
        "told_reasons": [reason for reason in reasons if reason.words],
        "query": _query(reasons),
        "alike": [
            {
                "title": it.shown_title,
                "link": it.get_absolute_url(),
                "authors": byline(it.shown_authors),
            }
            for it in papers_of(alike(paper.pk, MOST_ALIKE))
        ],
        "scholarly": scholarly(paper, homes_of_it),
    }


def _query(reasons: Sequence[Reason]) -> str:
    """Return what brings the topics of a paper along to the form."""
    return "?topics=" + ",".join(reason.topic.key for reason in reasons) if reasons else ""


def _listings(paper: Paper) -> Sequence[DigestPaper]:
    """Return where it was listed, the first day first, with the votes as they were seen."""
    found = DigestPaper.objects.filter(paper=paper).select_related("digest__source")
    return [*found.prefetch_related("sightings").order_by("digest__date", "digest__source__name")]
