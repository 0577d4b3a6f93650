"""What the pages that anybody may see have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Digests come a few times a day, and who corrects a paper wants to see it soon.
FRESH_SECONDS = 300
# The language is the browser's, or that of the footer's cookie.
LANGUAGE = ("Accept-Language", "Cookie")


def public(view: View[P]) -> View[P]:
    """Let a page be kept for some minutes, by browsers and by what stands between."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if getattr(get_messages(request), "used", False):  # a notice for one reader is on it
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        patch_vary_headers(response, LANGUAGE)
        return response

    return wrapper
