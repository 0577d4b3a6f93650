"""The unsubscribe link: a page for people, one POST for mail programs (RFC 8058)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import personal, unknown_link


@csrf_exempt  # a mail program has no cookie of ours; the token in the path is the permission
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button to whoever opens the link; obey a mail program at once."""
    if request.method == "POST":
        return _one_click(request, token)
    reader = _reader(token)
    if reader is None:
        return unknown_link(request)
    if reader.state == Subscriber.State.UNSUBSCRIBED:
        return render(request, "pages/unsubscribed.html")
    return render(request, "pages/unsubscribe.html", {"token": token})


@personal
@require_POST
def leave(_request: HttpRequest, token: str) -> HttpResponse:
    """Do what the button says."""
    _leave(token)
    return redirect("unsubscribe", token)


def _one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a mail program: shortly, without a redirect, and the same for a token of nobody's."""
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponseBadRequest("Expected List-Unsubscribe=One-Click.\n", "text/plain")
    _leave(token)
    return HttpResponse("Unsubscribed.\n", "text/plain")


def _leave(token: str) -> None:
    reader = _reader(token)
    if reader:
        lifecycle.unsubscribe(reader, timezone.now())


def _reader(token: str) -> Subscriber | None:
    return Subscriber.objects.filter(unsubscribe_token=token).first()
