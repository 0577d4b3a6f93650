"""The very mail that a choice would have brought this morning, for whoever is about to choose.

It is a page for everybody: what is chosen stands in its address and is stored nowhere.
"""

import datetime as dt
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config import languages
from config.limits import PREVIEWS, network
from config.too_many import too_many
from digests.matching.own.words import OwnWordsError
from digests.models import Topic
from digests.shown.first_mail import BroughtPaper, papers_for
from newsletter.pages.mail_page import mail_page
from newsletter.printing.proof import proof
from newsletter.printing.stories import Match, Story, chosen, of_paper
from newsletter.printing.style import Style
from subscribers import choosing
from subscribers.forms.own_words import explained, own_words_in
from subscribers.forms.topics import everything, topics_in
from subscribers.models import USUAL_PAPERS


@require_safe
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
    return mail_page(_mail(papers, now.date()))


def _choice(query: QueryDict) -> choosing.Choice:
    """Read a choice; raises OwnWordsError for words that nobody can follow."""
    own, excluded = own_words_in(query)
    named, offered = topics_in(query), Topic.objects.offered().defer("rules")
    ticked = [topic for topic in offered if topic.key in named]
    is_empty = not ticked and not own
    return choosing.Choice(everything(offered) if is_empty else ticked, own, excluded)


def _mail(papers: Iterable[BroughtPaper], date: dt.date) -> str:
    return proof([*map(_story, papers)], date, Style(languages.active()))


def _story(brought: BroughtPaper) -> Story:
    """Tell of a paper as a mail does."""
    matches = [Match(it.rank, it.pk or 0, it.name, it.kind, words) for it, words in brought.reasons]
    return chosen(of_paper(brought.paper), sorted(matches), ())


def _page(request: HttpRequest, mistake: str = "") -> HttpResponse:
    """Say why there is no mail to show."""
    response = render(request, "pages/sample.html", {"mistake": mistake})
    response["X-Robots-Tag"] = "noindex"
    return response
