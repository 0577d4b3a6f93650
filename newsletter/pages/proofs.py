"""Mails as pages."""

import datetime as dt

from csp.constants import HEADER, NONE, SELF, UNSAFE_INLINE
from csp.utils import build_policy
from django.http import HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

FRESH = dt.timedelta(minutes=5)


def proof_page(html: str, *, is_framed: bool = False) -> HttpResponse:
    """Answer with a mail, out of search engines and shared caches.

    A mail is styled in place, and does nothing else. `is_framed` lets our own pages show it in a
    frame.
    """
    policy = {
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF if is_framed else NONE],
    }
    headers = {
        HEADER: build_policy(policy),
        "X-Frame-Options": "SAMEORIGIN" if is_framed else "DENY",
        "X-Robots-Tag": "noindex",
    }
    response = HttpResponse(html, headers=headers)
    patch_cache_control(response, private=True, max_age=int(FRESH.total_seconds()))
    patch_vary_headers(response, ["Cookie"])  # which may name a language
    return response
