"""The forms that strangers may send. Whatever they type, the answer is the same."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from config import limits
from config.too_many import too_many
from digests.matching import preview
from digests.models import Topic
from subscribers import bell, inboxes, lifecycle
from subscribers.forms.strangers import LinkForm, SignUpForm
from subscribers.forms.topics import topics_in
from subscribers.views import own_words, papers_beside


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Offer the topics beside today's papers, and have a letter sent to whoever wants some.

    A link may bring topics along, which are ticked then.
    """
    now = timezone.now()
    form = form_of(request, now)
    context = {"form": form, "papers_beside": lambda: papers_beside.of_form(form, now)}
    return taken(request, form, now, "check-mail") or render(request, "pages/sign_up.html", context)


def taken(
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
    return check(page, form.cleaned_data["email"])


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


def check(page: str, address: str) -> HttpResponse:
    """Send her to a page that asks her to look into her inbox, wherever that is.

    Of the address, only its provider travels: a link is kept in more places than one would think.
    """
    inbox = inboxes.of(address)
    return redirect(reverse(page) + (f"?inbox={inbox.slug}" if inbox else ""))


@require_safe
def check_mail(request: HttpRequest) -> HttpResponse:
    """Ask who has signed up to look into her inbox."""
    return render(request, "pages/check_mail.html", {"inbox": inbox_of(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def request_link(request: HttpRequest) -> HttpResponse:
    """Have her link mailed to a reader who has lost it."""
    now = timezone.now()
    form = LinkForm(request.POST if request.method == "POST" else None, now=now)
    if form.bait_is_taken:
        return redirect("link-sent")
    if not form.is_valid():
        return render(request, "pages/link.html", {"form": form})
    if until := limits.LINKS.refuse_until(limits.network(request), now):
        return too_many(request, until, now)
    lifecycle.request_link(form.cleaned_data["email"], now)
    transaction.on_commit(bell.ring)
    return check("link-sent", form.cleaned_data["email"])


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """Ask who wants her link to look into her inbox."""
    return render(request, "pages/link_sent.html", {"inbox": inbox_of(request)})


def inbox_of(request: HttpRequest) -> inboxes.Inbox | None:
    """Return the provider that `check` put into a link."""
    return inboxes.BY_SLUG.get(request.GET.get("inbox", ""))


def _subscribe(form: SignUpForm, now: dt.datetime) -> None:
    """Note what a valid form asks for, and the language that it was read in."""
    chosen = form.cleaned_data
    lifecycle.subscribe(
        chosen["email"],
        form.choice,
        now,
        time_zone=chosen["time_zone"],
        language=get_language() or settings.LANGUAGE_CODE,
    )
    transaction.on_commit(bell.ring)
