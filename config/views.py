"""The pages of the whole: what it is, what it stores, and what it says when something broke."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from config import privacy as kept

# Read once, when all still works; it needs neither the database nor templates.
BROKEN = (Path(settings.BASE_DIR) / "templates" / "500.html").read_text(encoding="utf-8")
_style = re.findall(r"<style>(.*?)</style>", BROKEN, re.DOTALL)[0]
_STYLE_HASH = f"'sha256-{b64encode(sha256(_style.encode()).digest()).decode()}'"

# What it changes is the language of the pages; a token for it would give every visitor a cookie.
choose_language = csrf_exempt(set_language)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Tell what this is, and who runs it."""
    return render(request, "pages/about.html", {"days": settings.LOOKBACK_DAYS})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what is stored of a reader: all of it."""
    return render(request, "pages/privacy.html", {"kept": kept.KEPT, "passing": kept.PASSING})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - given by name
    """Answer what cannot be read, in the dress of all other pages (Django's own has none)."""
    return render(request, "400.html", status=400)


@csp_update({"style-src": [_STYLE_HASH]})
def server_error(_request: HttpRequest) -> HttpResponse:
    """Say that something broke, with nothing that could be broken as well."""
    return HttpResponseServerError(BROKEN)
