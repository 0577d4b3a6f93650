import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ONE_MINUTE = dt.timedelta(minutes=1)


def too_many(request: HttpRequest, until: dt.datetime, now: dt.datetime) -> HttpResponse:
    """Say when to come back (RFC 6585, section 4): to programs exactly, to people in minutes."""
    wait = until - now
    minutes = -(-wait // ONE_MINUTE)
    response = render(request, "429.html", {"minutes": minutes, "until": until}, status=429)
    response["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response
