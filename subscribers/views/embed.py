"""The form that others put on their own sites.

It is shown in a frame of whoever likes, and there no browser sends or keeps a cookie of ours: so
its POST carries no CSRF token. None is needed. It acts for nobody who is logged in; all that it
causes is one letter that asks for a yes, which any machine could ask for without a browser. Against
those there are the stamp, the bait, the limits of a network and those of an inbox.
"""

from collections.abc import Callable

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digests.models import Topic
from subscribers.forms.strangers import SignUpForm
from subscribers.forms.topics import everything, topics_in
from subscribers.views.signing_up import accept, form_of, inbox_of


def framed(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a page be shown within any other."""
    return xframe_options_exempt(csp_replace({"frame-ancestors": ["*"]})(view))


@csp_update({"frame-src": [SELF]})
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """Tell how to put the form on a site of one's own, with the topics that are ticked here."""
    form = form_of(request, timezone.now())
    keys = ",".join(topic.key for topic in form.ticked)
    query = f"?topics={keys}" if keys else ""
    context = {
        "form": form,
        "frame": f"{reverse('embed-form')}{query}",
        "link": f"{reverse('sign-up')}{query}",
        "height": _height(len(form.ticked)),
    }
    return render(request, "pages/embed.html", context)


@framed
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def embedded(request: HttpRequest) -> HttpResponse:
    """Offer the topics that the link names, and have a letter sent to whoever wants them."""
    now = timezone.now()
    form = form_of(request, now)
    context = {"form": form, "topics": _named(request, form)}
    answer = accept(request, form, now, "embed-sent")
    return answer or render(request, "pages/embed_form.html", context)


@framed
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Ask who has signed up in a frame to look into her inbox."""
    return render(request, "pages/embed_sent.html", {"inbox": inbox_of(request)})


def _height(topics: int) -> int:
    """Return how many pixels high the form is on a phone; each of several topics has a line."""
    return 280 + 44 * topics if topics > 1 else 340


def _named(request: HttpRequest, form: SignUpForm) -> list[Topic]:
    """Return the topics that a link names and that are offered; everything, if there are none."""
    named = [form.offered[key] for key in topics_in(request.GET) if key in form.offered]
    return named or everything(form.offered.values())
