import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from subscribers import lifecycle, spelling
from subscribers.models import Subscriber
from subscribers.views.personal import personal


@personal
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
    if reader.state != Subscriber.State.PENDING:
        return render(request, "pages/already_confirmed.html")
    if request.method != "POST":
        return render(request, "pages/confirm.html", {"choice": lifecycle.choice_of(reader)})
    confirmed = lifecycle.confirm(token, now) or reader
    return render(request, "pages/welcome.html", _welcome(confirmed, now))


def _welcome(reader: Subscriber, now: dt.datetime) -> dict[str, object]:
    following = spelling.moment(reader.schedule.next_due(now), reader.time_zone)
    return {"reader": reader, "choice": lifecycle.choice_of(reader), "following_mail": following}
