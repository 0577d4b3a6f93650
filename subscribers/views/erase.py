"""The button by which all that we know of a reader is erased."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
def erase(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Ask whether she means it, and forget her if so."""
    if request.method != "POST":
        return render(request, "pages/erase.html", {"reader": reader})
    lifecycle.erase(reader)
    return redirect("erased")
