import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ONE_MINUTE = dt.timedelta(minutes=1)


def too_many(request: HttpRequest, until: dt.datetime, now: dt.datetime) -> HttpResponse:
    """Say when to come back (RFC 6585, section 4): to programs exactly, to people in minutes.

    Only who has sent something has to hear that it must be sent again.
    """
    wait = until - now
    context = {
        "minutes": -(-wait // ONE_MINUTE),
        "until": until,
        "has_sent": request.method == "POST",
    }
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response
