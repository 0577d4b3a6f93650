"""The mail of an edition, for whoever was given its link: "view in browser".

It holds nothing of its reader but the topics that chose its papers, so it may be forwarded. Its
link does not tell how she reads either: abstracts have the usual length, and each paper leads to
its own page for the rest. Who reads them whole has them so in her past editions.
"""

import datetime as dt
from secrets import compare_digest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import languages
from newsletter.pages.mail_page import mail_page
from newsletter.printing import links
from newsletter.printing.desk import Desk
from newsletter.printing.proof import proof
from newsletter.printing.style import Style


@require_safe
def shared_edition(request: HttpRequest, date: dt.date, edition: int, token: str) -> HttpResponse:
    """Show the mail of an edition in the language of who looks."""
    if not compare_digest(f"{edition}-{token}", links.name(date, edition)):
        return _gone(request)
    desk = Desk()
    stories = desk.stories([edition]).get(edition)
    if not stories and edition not in desk.silent:  # deleted, or all its papers were withdrawn
        return _gone(request)
    style = Style(languages.active())
    return mail_page(proof(stories or [], date, style, edition=edition))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer a link that was cut short on the way, or outlived what it leads to."""
    response = render(request, "pages/edition_gone.html", status=410)
    response["X-Robots-Tag"] = "noindex"
    return response
