"""What the pages behind a personal link have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from subscribers.models import Subscriber

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
ReaderView = Callable[[HttpRequest, Subscriber], HttpResponse]


def personal(view: View[P]) -> View[P]:
    """Keep a page that only its reader may see out of caches and search engines."""

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


def by_preferences_token(view: ReaderView) -> View[[str]]:
    """Hand a view the reader whose link it is, and answer kindly where there is none."""

    @personal
    @wraps(view)
    def wrapper(request: HttpRequest, token: str) -> HttpResponse:
        readers = Subscriber.objects.select_related("next_morning")
        reader = readers.filter(preferences_token=token).first()
        return view(request, reader) if reader else unknown_link(request)

    return wrapper


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Say that a personal link is nobody's."""
    return render(request, "pages/unknown_link.html", status=404)
