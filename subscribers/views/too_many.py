import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_many(request: HttpRequest, until: dt.datetime, now: dt.datetime) -> HttpResponse:
    """Say when to come back (RFC 6585, section 4)."""
    seconds = (until - now).total_seconds()
    minutes = -int(-seconds // 60)
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(int(seconds) + 1)
    return response
