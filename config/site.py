"""What is read elsewhere: whole addresses, of the site that the settings name; and who that is."""

from urllib.parse import urlsplit

from django.conf import settings


def imprint() -> dict[str, str]:
    """Return what every page and mail may say: its name and address, and whom to write to."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "CONTACT_EMAIL": settings.CONTACT_EMAIL,
    }


def absolute(path: str) -> str:
    """Return the whole address of a path, whatever host the request was sent to."""
    return f"{settings.SITE_URL}{path}"


def host() -> str:
    """Return the host of this site, with its port if it has one of its own."""
    return urlsplit(settings.SITE_URL).netloc


def scheme() -> str:
    """Return "https", or what a site on this very machine has."""
    return urlsplit(settings.SITE_URL).scheme


def tag(name: str) -> str:
    """Return a tag URI (RFC 4151): a name that stays when addresses change."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"
