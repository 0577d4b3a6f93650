"""The admin's colours and its menu: settings for the theme, so nothing here needs the models."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

# Group -> its pages, each a title and the model as app.model.
MENU = {
    "Papers": {
        "Papers": "digests.paper",
        "Digests": "digests.digest",
        "Sources": "digests.source",
        "Topics": "digests.topic",
    },
    "Readers": {
        "Subscribers": "subscribers.subscriber",
        "Letters": "subscribers.letter",
        "Suppressions": "subscribers.suppression",
        "Feedback": "subscribers.feedback",
        "Departures": "subscribers.departure",
    },
    "Post": {
        "Mornings": "newsletter.morning",
        "Deliveries": "newsletter.delivery",
        "Bundles": "newsletter.bundle",
        "Editions": "newsletter.edition",
        "Events": "newsletter.event",
        "Halts": "newsletter.halt",
        "Breakers": "newsletter.breaker",
        "Heartbeats": "newsletter.heartbeat",
    },
    "Operators": {"Users": "auth.user", "Groups": "auth.group"},
}
# Shade -> lightness and chroma, in OKLCH. Ink on paper, and a press red for what can be clicked.
RED_HUE, PAPER_HUE = 27, 85
RED = {
    50: (97.1, 0.013),
    100: (93.6, 0.032),
    200: (88.5, 0.062),
    300: (80.8, 0.114),
    400: (70.4, 0.17),
    500: (63.5, 0.185),  # links in the dark: 4.5 to 1 (WCAG 2.2, 1.4.3)
    600: (46.2, 0.175),  # the press red of the readers' pages
    700: (41, 0.152),
    800: (37, 0.132),
    900: (33, 0.11),
    950: (25.8, 0.092),
}
PAPER = {
    50: (98.5, 0.004),
    100: (96.5, 0.006),
    200: (92, 0.008),
    300: (86, 0.01),
    400: (70, 0.012),
    500: (54, 0.012),
    600: (44, 0.01),
    700: (37, 0.009),
    800: (27, 0.008),
    900: (20.5, 0.007),
    950: (15, 0.006),
}


def theme(site_name: str) -> dict[str, Any]:
    """Return the setting UNFOLD."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SYMBOL": "newspaper",
        "SHOW_BACK_BUTTON": True,
        "BORDER_RADIUS": "3px",
        "DASHBOARD_CALLBACK": "newsletter.admin.home.tell_what_is_wrong",
        "COLORS": {"base": _scale(PAPER, PAPER_HUE), "primary": _scale(RED, RED_HUE)},
        "SIDEBAR": {"navigation": [_group(title, pages) for title, pages in MENU.items()]},
    }


def _scale(shades: dict[int, tuple[float, float]], hue: int) -> dict[str, str]:
    return {
        str(shade): f"oklch({lightness}% {chroma} {hue})"
        for shade, (lightness, chroma) in shades.items()
    }


def _group(title: str, pages: dict[str, str]) -> dict[str, Any]:
    items = [
        {
            "title": page,
            "link": reverse_lazy(f"admin:{model.replace('.', '_')}_changelist"),
            "permission": _may_view(model),
        }
        for page, model in pages.items()
    ]
    return {"title": title, "separator": True, "items": items}


def _may_view(model: str) -> Callable[[HttpRequest], bool]:
    app, name = model.split(".")
    return lambda request: request.user.has_perm(f"{app}.view_{name}")
