"""What all pages behind personal links have in common, whatever they answer."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

PERSONAL = ("/confirm/", "/me/", "/move/", "/u/")
_PAGE = re.compile(r"/[^/]+/[^/]+")


def is_personal(request: HttpRequest) -> bool:
    """Tell whether a page is one reader's own."""
    return request.path_info.startswith(PERSONAL)


class PersonalPages:
    """Middleware: no cache and no search engine keeps them, and going back to a button shows them.

    An error below a personal link is as personal as the page itself. A browser that is opened again
    asks by GET for what a button had answered; it gets the page that the button is on.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say how long that may be kept: not at all."""
        response = self.get_response(request)
        if not is_personal(request):
            return response
        page = _PAGE.match(request.path_info)
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and page:
            prefix = request.path.removesuffix(request.path_info)
            response = redirect(prefix + page[0])
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        return response
