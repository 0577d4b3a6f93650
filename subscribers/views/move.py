"""A reader's new address: typed on her page, confirmed behind the link in a letter."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from subscribers import bell, moving
from subscribers.forms.preferences import MoveForm
from subscribers.models import Letter, Subscriber
from subscribers.standing import standing
from subscribers.views.personal import (
    by_preferences_token,
    for_readers,
    in_her_language,
)
from subscribers.views.preferences import show


@require_POST
@by_preferences_token
@for_readers
def move(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Have a letter sent to the address she types; the answer is the same whoever reads there."""
    form = MoveForm(request.POST, reader=reader)
    if not form.is_valid():
        return show(request, reader, move_form=form)
    if moving.ask(reader, form.cleaned_data["email"], timezone.now()):
        transaction.on_commit(bell.ring)
        messages.success(request, _("A letter is on its way to your new address."))
    else:
        messages.warning(
            request,
            _("That was too often: we send three such letters a day at most. Please wait."),
        )
    return redirect("preferences", reader.preferences_token)


@require_POST
@by_preferences_token
@for_readers
def stay(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Take back that she wants to move."""
    moving.take_back(reader)
    messages.success(request, _("Taken back. The link in that letter opens nothing any more."))
    return redirect("preferences", reader.preferences_token)


@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Ask who opens the letter at the new address to press a button, and move her when she does.

    As with all links in mails, opening this one changes nothing. Who opens it afterwards is told
    that she has moved, and does not get the way to her page: a letter may be forwarded.
    """
    letter = moving.awaiting(token, timezone.now())
    if letter is None:
        return render(request, "pages/move_run_out.html", status=410)
    return _arrive(request, letter.subscriber, letter)


@in_her_language
def _arrive(request: HttpRequest, reader: Subscriber, letter: Letter) -> HttpResponse:
    context: dict[str, object] = {"reader": reader, "letter": letter}
    now = timezone.now()
    if moving.has_moved(letter, reader):
        return render(request, "pages/moved.html", context | {"standing": standing(reader, now)})
    if request.method == "POST" and moving.move(letter, now):
        transaction.on_commit(bell.ring)  # for the letter to her old address
        reader.refresh_from_db(fields=["preferences_token"])
        context |= {"standing": standing(reader, now), "is_hers": True}
        return render(request, "pages/moved.html", context)
    if request.method == "POST" or moving.is_refused(letter):
        return render(request, "pages/move_refused.html", context, status=409)
    return render(request, "pages/move.html", context)
