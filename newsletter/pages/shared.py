"""The mail of an edition, for whoever was given its link: "view in browser".

It holds nothing of its reader but the topics that chose its papers, so it may be forwarded.
"""

import datetime as dt
from secrets import compare_digest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from config.languages import USUAL_LANGUAGE
from newsletter.pages.proofs import proof_page
from newsletter.printing.desk import Desk
from newsletter.printing.proof import proof
from newsletter.printing.style import Style
from subscribers import tokens


@require_safe
def shared_edition(request: HttpRequest, date: dt.date, edition: int, token: str) -> HttpResponse:
    """Show the mail of an edition in the language of who looks."""
    if not compare_digest(token, tokens.derive("edition", edition)):
        return _gone(request)
    stories = Desk().stories([edition]).get(edition)
    if stories is None:
        return _gone(request)
    style = Style(get_language() or USUAL_LANGUAGE, is_full=True)
    return proof_page(proof(stories, date, style, edition=edition))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a link that was cut short on the way, or outlived what it leads to."""
    response = render(request, "pages/edition_gone.html", status=410)
    response["X-Robots-Tag"] = "noindex"
    return response
