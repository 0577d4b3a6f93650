from django.urls import path, register_converter
from django.views.generic import TemplateView

from subscribers import tokens
from subscribers.views import confirm, leave, own_words, preferences, sign_up


class TokenConverter:
    """A token in a path; anything else that stands in its place is a 404 without a query."""

    regex = rf"[A-Za-z0-9_-]{{{tokens.LENGTH}}}"

    def to_python(self, value: str) -> str:
        """Return the token of a path."""
        return value

    def to_url(self, value: str) -> str:
        """Return what stands for a token in a path."""
        return value


register_converter(TokenConverter, "token")


def page(address: str, name: str) -> object:
    """Route to a page that only says something."""
    template = f"pages/{name.replace('-', '_')}.html"
    return path(address, TemplateView.as_view(template_name=template), name=name)


urlpatterns = [
    path("", sign_up.sign_up, name="sign-up"),
    path("preview", own_words.preview, name="preview"),
    page("check-your-mail", "check-mail"),
    path("confirm/<token:token>", confirm.confirm, name="confirm"),
    path("me/<token:token>", preferences.preferences, name="preferences"),
    path("me/<token:token>/preview", preferences.brought, name="my-preview"),
    path("me/<token:token>/pause", preferences.pause, name="pause"),
    path("me/<token:token>/resume", preferences.resume, name="resume"),
    path("me/<token:token>/unsubscribe", preferences.stop, name="stop"),
    path("me/<token:token>/erase", preferences.erase, name="erase"),
    page("erased", "erased"),
    path("u/<token:token>", leave.unsubscribe, name="unsubscribe"),
    path("u/<token:token>/leave", leave.leave, name="leave"),
    path("link", sign_up.request_link, name="link"),
    page("link/sent", "link-sent"),
    page("privacy", "privacy"),
]
