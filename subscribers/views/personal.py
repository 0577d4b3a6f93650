"""What the pages behind a personal link have in common: one reader, and her language."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation

from subscribers import lifecycle
from subscribers.models import Subscriber

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
ReaderView = Callable[Concatenate[HttpRequest, Subscriber, P], R]


def in_her_language(view: ReaderView[P, R]) -> ReaderView[P, R]:
    """Speak to a reader as her mails do, whatever this browser would like."""

    @wraps(view)
    def wrapper(
        request: HttpRequest, reader: Subscriber, /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        with translation.override(reader.language):
            response = view(request, reader, *args, **kwargs)
        response["Content-Language"] = reader.language
        return response

    return wrapper


def by_preferences_token(view: ReaderView[P, R]) -> Callable[..., R | HttpResponse]:
    """Hand a view the reader whose link it is, and answer kindly where there is none."""
    return _by("preferences_token", view)


def by_unsubscribe_token(view: ReaderView[P, R]) -> Callable[..., R | HttpResponse]:
    """Do the same for the other link of hers, which lets her have less mail, or none."""
    return _by("unsubscribe_token", view)


def for_readers(view: ReaderView[P, R]) -> ReaderView[P, R | HttpResponse]:
    """Show the way back to whoever is not subscribed, in place of a view."""

    @wraps(view)
    def wrapper(
        request: HttpRequest, reader: Subscriber, /, *args: P.args, **kwargs: P.kwargs
    ) -> R | HttpResponse:
        if reader.state in Subscriber.READS:
            return view(request, reader, *args, **kwargs)
        can_undo = lifecycle.may_come_back(reader, timezone.now())
        context = {"reader": reader, "can_undo": can_undo}
        return render(request, "pages/not_subscribed.html", context)

    return wrapper


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Say that a personal link is nobody's."""
    return render(request, "pages/unknown_link.html", status=404)


def _by(field: str, view: ReaderView[P, R]) -> Callable[..., R | HttpResponse]:
    hers = in_her_language(view)

    @wraps(view)
    def wrapper(
        request: HttpRequest, /, token: str, *args: P.args, **kwargs: P.kwargs
    ) -> R | HttpResponse:
        readers = Subscriber.objects.select_related("next_morning")
        reader = readers.filter(**{field: token}).first()
        return hers(request, reader, *args, **kwargs) if reader else unknown_link(request)

    return wrapper
