from django.http import HttpRequest

from config.personal import is_personal
from config.site import imprint


def site(request: HttpRequest) -> dict[str, str | bool]:
    """Give every page the site's name and address, whom to write to, and whether it is personal."""
    return {**imprint(), "IS_PERSONAL": is_personal(request)}
