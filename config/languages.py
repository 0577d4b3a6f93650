"""The languages that pages and mails are written in."""

from django.utils.translation import get_language

# Code, as Django and browsers name it (BCP 47), and the name that its own readers give it.
LANGUAGES = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("zh-hans", "简体中文"),
)
USUAL_LANGUAGE = "en"


def active() -> str:
    """Return the language of this moment: the usual one where translation is switched off."""
    return get_language() or USUAL_LANGUAGE
