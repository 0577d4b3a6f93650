from django.conf import settings
from django.http import HttpRequest

from config.personal import is_personal


def site(request: HttpRequest) -> dict[str, str | bool]:
    """Give every page the site's name and address, whom to write to, and whether it is personal."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
        "IS_PERSONAL": is_personal(request),
    }
