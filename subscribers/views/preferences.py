"""The page behind a reader's personal link: what she chose, and what she chooses."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from digests.matching import preview
from digests.matching.own.words import OwnTopic
from digests.models import Topic
from subscribers import choosing, moving
from subscribers.forms.preferences import MoveForm, PauseForm, PreferencesForm
from subscribers.models import Subscriber
from subscribers.standing import rhythm, standing
from subscribers.views import own_words
from subscribers.views.personal import by_preferences_token, for_readers


@require_http_methods(["GET", "HEAD", "POST"])
@by_preferences_token
@for_readers
def preferences(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Show what she chose, and keep what she chooses."""
    now = timezone.now()
    form = _form(request, reader)
    if refusal := own_words.refusal(request, form, str(reader), now):
        return refusal
    if own_words.is_asked(request, form) or not form.is_valid():
        return show(request, reader, form=form)
    choosing.choose(reader, form.wishes, now)
    with translation.override(form.wishes.language):
        return done(request, reader, _("Saved."))


@require_POST
@by_preferences_token
@for_readers
def brought(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Say what the words she is typing would bring."""
    return own_words.brought(request, str(reader), _own(choosing.choice_of(reader)))


def show(
    request: HttpRequest,
    reader: Subscriber,
    *,
    form: PreferencesForm | None = None,
    pause_form: PauseForm | None = None,
    move_form: MoveForm | None = None,
) -> HttpResponse:
    """Show her page: each of its three forms as given, else as she finds it when she comes."""
    now = timezone.now()
    context = {
        "reader": reader,
        "form": form or _form(None, reader),
        "pause_form": pause_form or form_of_pause(None, reader),
        "move_form": move_form or MoveForm(reader=reader),
        "standing": standing(reader, now),
        "rhythm": rhythm(reader.schedule),
        "is_suppressed": Subscriber.objects.suppressed().filter(pk=reader.pk).exists(),
        "pending_move": moving.pending(reader, now),
    }
    return render(request, "pages/preferences.html", context)


def done(request: HttpRequest, reader: Subscriber, word: str) -> HttpResponse:
    """Go back to her page, and say there when she will hear from us."""
    reader.refresh_from_db()
    messages.success(request, f"{word} {standing(reader, timezone.now())}")
    return redirect("preferences", reader.preferences_token)


def form_of_pause(request: HttpRequest | None, reader: Subscriber) -> PauseForm:
    """Return the form of a pause, as sent or as it stands; it ends tomorrow or later."""
    today = reader.schedule.date_at(timezone.now())
    until = reader.paused_until and reader.schedule.date_at(reader.paused_until)
    return PauseForm(request.POST if request else None, today=today, initial={"until": until})


def _form(request: HttpRequest | None, reader: Subscriber) -> PreferencesForm:
    """Return the form as sent, or as a reader who looks at it finds it."""
    today = timezone.now().date()
    choice = choosing.choice_of(reader)
    kept = Q(is_offered=True) | Q(pk__in=[topic.pk for topic in choice.topics])
    return PreferencesForm(
        request.POST if request and request.method == "POST" else None,
        offered=Topic.objects.filter(kept),
        brought=preview.of_catalogue(today),
        initial=PreferencesForm.choices_of(reader, choice),
        today=today,
        kept=_own(choice),
    )


def _own(choice: choosing.Choice) -> list[OwnTopic]:
    return [*choice.own, *choice.excluded]
