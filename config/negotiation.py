"""The language of a page: the browser's, or that of the footer's cookie."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers


class LanguageNegotiation(LocaleMiddleware):
    """Django's, which looks for both and tells caches only of the browser's."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Tell caches of both."""
        negotiated = super().process_response(request, response)
        patch_vary_headers(negotiated, ["Cookie"])
        return negotiated
