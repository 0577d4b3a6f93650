"""A mail as a page: the answer that shows it, and how a browser may."""

from csp.constants import HEADER, NONE, UNSAFE_INLINE
from csp.utils import build_policy
from django.http import HttpResponse
from django.utils.cache import patch_cache_control

from config.fresh import FRESH_SECONDS


def mail_page(html: str) -> HttpResponse:
    """Answer with a mail, out of search engines and shared caches.

    A mail is styled in place, and does nothing else.
    """
    policy = {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [NONE],
    }
    headers = {HEADER: build_policy(policy), "X-Robots-Tag": "noindex"}
    response = HttpResponse(html, headers=headers)
    patch_cache_control(response, private=True, max_age=FRESH_SECONDS)
    return response
