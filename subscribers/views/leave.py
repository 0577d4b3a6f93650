"""The unsubscribe link: a page for people, one POST for mail programs (RFC 8058).

Scanners and mail programs open this link, and mails are forwarded. So its token lets her leave, say
why, come back, pause, leave topics of the catalogue, which it names, and undo at once what was done
so. It never shows her address, her own words, or the way to her page.
"""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config import dates
from digests.models import Topic
from subscribers import leaving, lifecycle, moving
from subscribers.forms.departure import DepartureForm
from subscribers.models import Subscriber
from subscribers.standing import next_mail, paused_until_day
from subscribers.views.personal import by_unsubscribe_token

State = Subscriber.State


@csrf_exempt  # a mail program has no cookie of ours; the token in the path is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show a button to whoever opens the link; obey a mail program at once."""
    return _one_click(request, token) if request.method == "POST" else _page(request, token=token)


@require_POST
@by_unsubscribe_token
def leave(_request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Do what the button says."""
    lifecycle.unsubscribe(reader, timezone.now())
    return redirect("unsubscribe", reader.unsubscribe_token)


@require_POST
@by_unsubscribe_token
def come_back(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Undo it."""
    lifecycle.come_back(reader, timezone.now())
    return _stays(request, reader, "back")


@require_http_methods(["GET", "HEAD", "POST"])
@by_unsubscribe_token
def pause(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Send her nothing for a month, and say so."""
    now = timezone.now()
    if request.method == "POST":
        return _done(request, leaving.pause_for_a_month(reader, now))
    if reader.state != State.PAUSED:
        return redirect("unsubscribe", reader.unsubscribe_token)
    receipt = request.GET.get("receipt", "")
    can_undo = leaving.is_paused_by(reader, receipt, now)
    return _stays(request, reader, "paused", receipt=receipt if can_undo else "", undo="end-pause")


@require_POST
@by_unsubscribe_token
def end_pause(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Undo it, as long as it is the same pause."""
    is_undone = leaving.end_pause(reader, request.POST.get("receipt", ""), timezone.now())
    return _stays(request, reader, "undone") if is_undone else _too_late(request, reader)


@require_http_methods(["GET", "HEAD", "POST"])
@by_unsubscribe_token
def unfollow(request: HttpRequest, reader: Subscriber, topic: int) -> HttpResponse:
    """Send her nothing more on one topic, and say so."""
    now = timezone.now()
    if request.method == "POST":
        return _done(request, leaving.unfollow(reader, topic, now))
    receipt = request.GET.get("receipt", "")
    left = leaving.left(reader, receipt, now)
    if left is None or left.pk != topic:  # any other's name may be somebody's own words, or hers
        return redirect("unsubscribe", reader.unsubscribe_token)
    return _stays(request, reader, "less", topic=left, receipt=receipt, undo="follow-again")


@require_POST
@by_unsubscribe_token
def follow_again(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Undo it, as long as it was done a moment ago."""
    is_undone = leaving.follow_again(reader, request.POST.get("receipt", ""), timezone.now())
    return _stays(request, reader, "undone") if is_undone else _too_late(request, reader)


@require_POST
@by_unsubscribe_token
def tell_why(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Keep her reason, and not that it is hers."""
    now = timezone.now()
    form = DepartureForm(request.POST)
    if not leaving.may_tell_why(reader, now):
        return _shown(request, reader)
    if not form.is_valid():
        return _gone(request, reader, form)
    leaving.tell_why(reader, form.cleaned_data["reason"], form.cleaned_data["words"], now)
    return _gone(request, reader, None)


def _one_click(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a mail program: shortly, without a redirect, and the same for a token of nobody's."""
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponseBadRequest("Expected List-Unsubscribe=One-Click.\n", "text/plain")
    if reader := moving.reader_of_mail(token):
        lifecycle.unsubscribe(reader, timezone.now())
    return HttpResponse("Unsubscribed.\n", "text/plain")


@by_unsubscribe_token
def _page(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    return _shown(request, reader)


def _shown(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Show the button, and less than that; or that it was pressed."""
    now = timezone.now()
    if reader.state == State.UNSUBSCRIBED:
        return _gone(request, reader, DepartureForm())
    is_active = reader.state == State.ACTIVE
    followed = leaving.followed(reader, now)
    followed = followed if len(followed) > 1 and reader.state != State.PENDING else []
    context = {
        "token": reader.unsubscribe_token,
        "pause_ends": dates.day(leaving.end_of_pause(reader, now)) if is_active else "",
        "receipt": leaving.receipt_of_pause(reader, now),
        "paused_until": paused_until_day(reader),
        "followed": [it for it in followed if not leaving.is_own(it.topic)],
        "has_own": any(leaving.is_own(it.topic) for it in followed),
    }
    return render(request, "pages/unsubscribe.html", context)


def _gone(request: HttpRequest, reader: Subscriber, form: DepartureForm | None) -> HttpResponse:
    """Say that she is unsubscribed, how to undo it, and thanks where she has said why."""
    now = timezone.now()
    context = {
        "token": reader.unsubscribe_token,
        "can_undo": lifecycle.may_come_back(reader, now),
        "form": form if leaving.may_tell_why(reader, now) else None,
        "is_thanked": form is None,
    }
    return render(request, "pages/unsubscribed.html", context)


def _done(request: HttpRequest, receipt: str) -> HttpResponse:
    """Lead from what a button did to the page that says so: to load that again does nothing.

    Who pressed twice comes with the receipt that was in the button's form.
    """
    query = {"receipt": receipt or request.POST.get("receipt", "")}
    return redirect(f"{request.path}?{urlencode(query)}")


def _stays(
    request: HttpRequest, reader: Subscriber, deed: str, **more: str | Topic
) -> HttpResponse:
    """Say what her choice means; where it did not become so, what is the case."""
    now = timezone.now()
    reader = Subscriber.objects.select_related("next_morning").get(pk=reader.pk)
    if reader.state not in Subscriber.READS:
        return _shown(request, reader)
    context = {
        "token": reader.unsubscribe_token,
        "deed": deed,
        "paused_until": paused_until_day(reader),
        "next_mail": next_mail(reader, now),
        "has_called_off": leaving.has_called_off(reader, now),
    }
    return render(request, "pages/stays.html", context | more)


def _too_late(request: HttpRequest, reader: Subscriber) -> HttpResponse:
    """Say that a receipt is good for nothing any more, and what is."""
    messages.warning(
        request,
        _(
            "This cannot be undone here any more. Your page, which the end of each mail links "
            "to, lets you change it."
        ),
    )
    return _page(request, token=reader.unsubscribe_token)
