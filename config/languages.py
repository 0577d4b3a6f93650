"""The languages that pages and mails are written in."""

# Code, as Django and browsers name it (BCP 47), and the name that its own readers give it.
LANGUAGES = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("zh-hans", "简体中文"),
)
USUAL_LANGUAGE = "en"
