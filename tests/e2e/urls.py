"""The site's addresses, and a few where something breaks, to see what a reader sees then."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone

from config import urls
from config.too_many import ONE_MINUTE, too_many

FAILURES = {
    "400": SuspiciousOperation("a request nobody can read"),
    "403": PermissionDenied("not yours"),
    "500": RuntimeError("broken on purpose"),
}


def broken(request: HttpRequest, status: str) -> HttpResponse:
    """Fail, so that the answer has this status."""
    now = timezone.now()
    if status == "429":
        return too_many(request, now + ONE_MINUTE, now)
    raise FAILURES[status]


urlpatterns = [*urls.urlpatterns, path("broken/<str:status>", broken, name="broken")]
handler400, handler500 = urls.handler400, urls.handler500
