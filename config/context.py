from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str | bool]:
    """Give every page the site's name, its address, whom to write to, and whether it is somebody's.

    A token in the path makes a page one reader's own.
    """
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "IS_PERSONAL": bool(request.resolver_match and "token" in request.resolver_match.kwargs),
    }
