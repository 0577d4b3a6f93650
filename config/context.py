from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, str]:
    """Give every page the site's name and address."""
    return {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL}
