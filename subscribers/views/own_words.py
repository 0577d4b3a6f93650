"""What a choice would bring: asked by a script while she chooses, or by a button of the forms.

What is typed here is looked for in papers, and neither stored nor logged.
"""

import datetime as dt
from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from config import limits
from config.too_many import too_many
from digests.matching.own.words import OwnTopic
from digests.models import Topic
from subscribers.forms.own_words import OwnWordsForm
from subscribers.forms.topics import ChoiceForm
from subscribers.views import papers_beside


@require_POST
@never_cache
def preview(request: HttpRequest) -> HttpResponse:
    """Say what the choice of somebody who signs up would bring, and show it."""
    now = timezone.now()
    offered = Topic.objects.offered().defer("rules")
    form = ChoiceForm(request.POST, offered=offered, brought={}, today=now.date())
    if refused := refusal(request, form, limits.network(request), now):
        return refused
    form.full_clean()
    context = {"form": form, "papers_beside": papers_beside.of_form(form, now)}
    return render(request, "pages/_brought.html", context)


def brought(request: HttpRequest, asker: str, kept: Collection[OwnTopic] = ()) -> HttpResponse:
    """Answer with what stands beneath the fields of a form, for a script to put there."""
    now = timezone.now()
    form = OwnWordsForm(request.POST, today=now.date(), kept=kept)
    if refused := refusal(request, form, asker, now):
        return refused
    form.full_clean()
    return render(request, "pages/_brought.html", {"form": form})


def refusal(
    request: HttpRequest, form: OwnWordsForm, asker: str, now: dt.datetime
) -> HttpResponse | None:
    """Put off who has had papers searched too often; None for a form that may be cleaned.

    A stranger is known by her network. A reader is not: nobody beside her may keep her from saving.
    """
    if not form.has_own_words:
        return None
    until = limits.PREVIEWS.refuse_until(asker, now)
    return too_many(request, until, now) if until else None


def is_asked(request: HttpRequest, form: ChoiceForm) -> bool:
    """Tell whether she pressed the button that only shows; if so, the form says just that."""
    if "preview" not in request.POST:
        return False
    form.leave_the_rest()
    return True
