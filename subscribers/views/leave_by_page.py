"""The buttons on a reader's page by which her mail stops, and by which she takes that back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token, for_readers
from subscribers.views.preferences import done


@require_POST
@by_preferences_token
def leave(_request: HttpRequest, reader: Subscriber) -> HttpResponse:
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


@for_readers
def _welcomed(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    return done(request, reader, _("Welcome back."))
