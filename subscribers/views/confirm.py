import datetime as dt
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from config import dates
from digests.shown.first_mail import papers_for
from subscribers import choosing, inboxes, lifecycle
from subscribers.models import Subscriber
from subscribers.schedule import ONE_DAY, Schedule
from subscribers.standing import rhythm
from subscribers.views.personal import in_her_language


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the reader of a confirmation letter to press a button, and welcome her when she does.

    Programs that scan mail open every link in it, so opening this one changes nothing. Once used,
    the token opens nothing of hers any more.
    """
    now = timezone.now()
    reader = lifecycle.awaiting(token, now)
    if reader is None:
        return render(request, "pages/run_out.html", status=410)
    return _answer(request, reader, token, now)


@in_her_language
def _answer(request: HttpRequest, reader: Subscriber, token: str, now: dt.datetime) -> HttpResponse:
    if reader.state != Subscriber.State.PENDING:
        return render(request, "pages/already_confirmed.html")
    if request.method != "POST":
        context = {"reader": reader, "choice": choosing.choice_of(reader)}
        return render(request, "pages/confirm.html", context)
    confirmed = lifecycle.confirm(token, now) or reader
    return render(request, "pages/welcome.html", _welcome(confirmed, now))


def _welcome(reader: Subscriber, now: dt.datetime) -> dict[str, object]:
    """Say what comes when: the first mail at once, if the last days brought anything for her."""
    choice = choosing.choice_of(reader)
    hers = now.astimezone(ZoneInfo(reader.time_zone))
    brought = papers_for(choice.topics, choice.own, choice.excluded, hers, 1)
    return {
        "reader": reader,
        "choice": choice,
        "has_first_mail": bool(brought),
        "following_mail": dates.moment(_following(reader.schedule, now), reader.time_zone),
        "rhythm": rhythm(reader.schedule),
        "inbox": inboxes.of(reader.email),
    }


def _following(schedule: Schedule, now: dt.datetime) -> dt.datetime:
    """Return when the first morning after today begins: her welcome is the mail of today."""
    return schedule.first_due(schedule.midnight(schedule.date_at(now) + ONE_DAY))
