"""The admin's first page tells what is wrong with the sources."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from digests.polling.health import health


def tell_of_sources(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the sources that have warnings, for who may see sources at all."""
    if request.user.has_perm("digests.view_source"):
        context["ill_sources"] = [one for one in health(timezone.now()) if one.warnings]
    return context
