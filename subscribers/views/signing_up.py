"""What the forms to sign up have in common, wherever they stand: what they do, and lead on to."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from config import languages, limits
from config.too_many import too_many
from digests.matching import preview
from digests.models import Topic
from subscribers import bell, inboxes, lifecycle
from subscribers.forms.strangers import SignUpForm
from subscribers.forms.topics import topics_in
from subscribers.views import own_words


def form_of(request: HttpRequest, now: dt.datetime) -> SignUpForm:
    """Return the form as it was sent, or with what a link brings along."""
    return SignUpForm(
        request.POST if request.method == "POST" else None,
        offered=Topic.objects.offered().defer("rules"),
        brought=preview.of_catalogue(now.date()),
        initial={"topics": topics_in(request.GET), "time_zone": settings.DEFAULT_TIME_ZONE},
        today=now.date(),
        now=now,
    )


def accept(
    request: HttpRequest, form: SignUpForm, now: dt.datetime, page: str
) -> HttpResponse | None:
    """Do what a form asks for, and lead on to `page`; None where the form is to be shown."""
    if form.bait_is_taken:
        return redirect(page)
    if refusal := own_words.refusal(request, form, limits.network(request), now):
        return refusal
    if own_words.is_asked(request, form) or not form.is_valid():
        return None
    if until := limits.SIGN_UPS.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    _subscribe(form, now)
    return to_inbox(page, form.cleaned_data["email"])


def to_inbox(page: str, address: str) -> HttpResponse:
    """Send her to a page that asks her to look into her inbox, wherever that is.

    Of the address, only its provider travels: a link is kept in more places than one would think.
    """
    inbox = inboxes.of(address)
    return redirect(reverse(page) + (f"?inbox={inbox.slug}" if inbox else ""))


def inbox_of(request: HttpRequest) -> inboxes.Inbox | None:
    """Return the provider that `to_inbox` put into a link."""
    return inboxes.BY_SLUG.get(request.GET.get("inbox", ""))


def _subscribe(form: SignUpForm, now: dt.datetime) -> None:
    """Note what a valid form asks for, and the language that it was read in."""
    chosen = form.cleaned_data
    lifecycle.subscribe(
        chosen["email"],
        form.choice,
        now,
        time_zone=chosen["time_zone"],
        language=languages.active(),
    )
    transaction.on_commit(bell.ring)
