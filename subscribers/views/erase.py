"""The buttons by which a reader goes: her mail stops, or all that we know of her is erased.

The first can be taken back.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token, for_readers
from subscribers.views.preferences import done


@require_POST
@by_preferences_token
def stop(_request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Unsubscribe her, and show her the page from which she can take it back."""
    lifecycle.unsubscribe(reader, timezone.now())
    return redirect("unsubscribe", reader.unsubscribe_token)


@require_POST
@by_preferences_token
def come_back(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Take that back, and show her page; where she cannot, say what is the case."""
    lifecycle.come_back(reader, timezone.now())
    reader.refresh_from_db()
    return _welcomed(request, reader)


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
def erase(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Ask whether she means it, and forget her if so."""
    if request.method != "POST":
        return render(request, "pages/erase.html", {"reader": reader})
    lifecycle.erase(reader)
    return redirect("erased")


@for_readers
def _welcomed(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    return done(request, reader, _("Welcome back."))
