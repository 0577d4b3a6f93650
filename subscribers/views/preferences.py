"""The page behind a reader's personal link, and what its buttons do."""

import datetime as dt
from functools import wraps
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from digests.matching import preview
from digests.matching.own.words import OwnTopic
from digests.models import Topic
from subscribers import lifecycle, spelling
from subscribers.forms.preferences import PauseForm, PreferencesForm
from subscribers.models import Subscriber
from subscribers.views import own_words
from subscribers.views.personal import ReaderView, by_preferences_token

State = Subscriber.State


def _for_readers(view: ReaderView) -> ReaderView:
    """Show the way back to whoever is not subscribed, in place of `view`."""

    @wraps(view)
    def wrapper(request: HttpRequest, reader: Subscriber) -> HttpResponse:
        if reader.state in (State.ACTIVE, State.PAUSED):
            return view(request, reader)
        return render(request, "pages/not_subscribed.html", {"reader": reader})

    return wrapper


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
@_for_readers
def preferences(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Show what she chose, and keep what she chooses."""
    now = timezone.now()
    form = _form(request, reader)
    if refusal := own_words.refusal(request, form, str(reader), now):
        return refusal
    if own_words.is_asked(request, form) or not form.is_valid():
        return _show(request, reader, form, _pause_form(None, reader))
    lifecycle.choose(reader, form.choice, form.schedule, form.cleaned_data["max_papers"], now)
    return _done(request, reader, "Your choices are saved.")


@require_POST
@by_preferences_token
@_for_readers
def brought(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Say what the words she is typing would bring."""
    return own_words.brought(request, str(reader), _own(lifecycle.choice_of(reader)))


@require_POST
@by_preferences_token
@_for_readers
def pause(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Send her nothing before the date she gives."""
    form = _pause_form(request, reader)
    if not form.is_valid():
        return _show(request, reader, _form(None, reader), form)
    midnight = dt.datetime.combine(
        form.cleaned_data["until"], dt.time(), ZoneInfo(reader.time_zone)
    )
    lifecycle.pause(reader, midnight)
    return _done(request, reader, "As you like.")


@require_POST
@by_preferences_token
@_for_readers
def resume(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """End her pause."""
    lifecycle.resume(reader, timezone.now())
    return _done(request, reader, "Welcome back.")


@require_POST
@by_preferences_token
def stop(_request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Unsubscribe her."""
    lifecycle.unsubscribe(reader, timezone.now())
    return redirect("preferences", reader.preferences_token)


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
def erase(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Ask whether she means it, and forget her if so."""
    if request.method != "POST":
        return render(request, "pages/erase.html", {"reader": reader})
    lifecycle.erase(reader)
    return redirect("erased")


def _form(request: HttpRequest | None, reader: Subscriber) -> PreferencesForm:
    """Return the form as sent, or as a reader who looks at it finds it."""
    today = timezone.now().date()
    choice = lifecycle.choice_of(reader)
    kept = Q(is_offered=True) | Q(pk__in=[topic.pk for topic in choice.topics])
    return PreferencesForm(
        request.POST if request and request.method == "POST" else None,
        offered=Topic.objects.filter(kept),
        brought=preview.of_catalogue(today),
        initial=PreferencesForm.choices_of(reader, choice),
        today=today,
        kept=_own(choice),
    )


def _own(choice: lifecycle.Choice) -> list[OwnTopic]:
    return [*choice.own, *choice.excluded]


def _pause_form(request: HttpRequest | None, reader: Subscriber) -> PauseForm:
    today = timezone.now().astimezone(ZoneInfo(reader.time_zone)).date()
    return PauseForm(request.POST if request else None, today=today)


def _show(
    request: HttpRequest, reader: Subscriber, form: PreferencesForm, pause_form: PauseForm
) -> HttpResponse:
    context = {
        "reader": reader,
        "form": form,
        "pause_form": pause_form,
        "standing": _standing(reader),
    }
    return render(request, "pages/preferences.html", context)


def _done(request: HttpRequest, reader: Subscriber, word: str) -> HttpResponse:
    """Go back to her page, and say there when she will hear from us."""
    reader.refresh_from_db()
    messages.success(request, f"{word} {_standing(reader)}")
    return redirect("preferences", reader.preferences_token)


def _standing(reader: Subscriber) -> str:
    """Say when she will hear from us: who is not paused has a next morning, by a constraint."""
    zone = reader.time_zone
    if reader.next_due_at:
        next_mail = spelling.moment(reader.next_due_at, zone)
        return f"Your next mail: {next_mail}, if there is something new for you by then."
    until = reader.paused_until and spelling.day(reader.paused_until.astimezone(ZoneInfo(zone)))
    return f"Your mail is paused until {until}."
