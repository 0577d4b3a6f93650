"""The buttons that pause a reader's mail, and end her pause."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from subscribers import lifecycle
from subscribers.models import Subscriber
from subscribers.views.personal import by_preferences_token, for_readers
from subscribers.views.preferences import done, form_of_pause, show


@require_POST
@by_preferences_token
@for_readers
def pause(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Send her nothing before the date she gives."""
    form = form_of_pause(request, reader)
    if not form.is_valid():
        return show(request, reader, pause_form=form)
    lifecycle.pause(reader, reader.schedule.midnight(form.cleaned_data["until"]))
    return done(request, reader, _("As you like."))


@require_POST
@by_preferences_token
@for_readers
def resume(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """End her pause."""
    lifecycle.resume(reader, timezone.now())
    return done(request, reader, _("Welcome back."))
