"""The buttons by which a reader goes: her mail stops, or all that we know of her is erased."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token


@require_POST
@by_preferences_token
def stop(_request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Unsubscribe her, and show her the page from which she can take it back."""
    lifecycle.unsubscribe(reader, timezone.now())
    return redirect("unsubscribe", reader.unsubscribe_token)


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
def erase(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Ask whether she means it, and forget her if so."""
    if request.method != "POST":
        return render(request, "pages/erase.html", {"reader": reader})
    lifecycle.erase(reader)
    return redirect("erased")
