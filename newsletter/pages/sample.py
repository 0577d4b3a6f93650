"""The very mail that a choice would have brought this morning, for whoever is about to choose.

It is a page for everybody: what is chosen stands in its address and is stored nowhere.
"""

import datetime as dt
from collections.abc import Iterable

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from config.languages import USUAL_LANGUAGE
from config.limits import PREVIEWS, network
from config.too_many import too_many
from digests.matching.own.words import (
    OwnWordsError,
    check_choice,
    read_authors,
    read_categories,
    read_words,
)
from digests.models import Topic
from digests.shown.brought_now import BroughtPaper, papers_for
from newsletter.pages.proofs import proof_page
from newsletter.printing.proof import proof
from newsletter.printing.stories import Match, Story, chosen, of_paper
from newsletter.printing.style import Style
from subscribers import choosing
from subscribers.forms.own_words import LONGEST_TEXT, explained
from subscribers.forms.topics import topics_in
from subscribers.models import USUAL_PAPERS

Kind = Topic.Kind
FOLLOWED = {"words": read_words, "authors": read_authors, "categories": read_categories}


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def sample(request: HttpRequest) -> HttpResponse:
    """Show the mail for the choice in the address; for all there is, where nothing is chosen."""
    now = timezone.now()
    try:
        choice = _choice(request.GET)
    except OwnWordsError as error:
        return _page(request, explained(error))
    if choice.own or choice.excluded:  # what else is chosen costs next to nothing
        until = PREVIEWS.refuse_until(network(request), now)
        if until:
            return too_many(request, until, now)
    papers = papers_for(choice.topics, choice.own, choice.excluded, now, USUAL_PAPERS)
    if not papers:
        return _page(request)
    return proof_page(_mail(papers, now.date()), is_framed=True)


def _choice(query: QueryDict) -> choosing.Choice:
    """Read a choice; raises OwnWordsError for words that nobody can follow."""
    own = [topic for name, read in FOLLOWED.items() for topic in read(_typed(query, name))]
    excluded = read_words(_typed(query, "excluded"))
    check_choice(own, excluded)
    named, offered = topics_in(query), Topic.objects.offered().defer("rules")
    ticked = [topic for topic in offered if topic.key in named]
    everything = [] if ticked or own else [it for it in offered if it.kind == Kind.EVERYTHING]
    return choosing.Choice(ticked or everything, own, excluded)


def _typed(query: QueryDict, name: str) -> str:
    return query.get(name, "")[:LONGEST_TEXT]


def _mail(papers: Iterable[BroughtPaper], date: dt.date) -> str:
    return proof([*map(_story, papers)], date, Style(get_language() or USUAL_LANGUAGE))


def _story(brought: BroughtPaper) -> Story:
    """Tell of a paper as a mail does."""
    matches = [Match(it.rank, it.pk or 0, it.name, it.kind, words) for it, words in brought.reasons]
    return chosen(of_paper(brought.paper), sorted(matches), ())


def _page(request: HttpRequest, mistake: str = "") -> HttpResponse:
    """Say why there is no mail to show."""
    response = render(request, "pages/sample.html", {"mistake": mistake})
    response["X-Robots-Tag"] = "noindex"
    return response
