"""SMTP, with the settings that Django's own mail uses as well."""

from django.conf import settings

from newsletter.sending.smtp import Client, Login, Security, Server


def smtp_client() -> Client:
    """Return a client for the server that EMAIL_URL names."""
    return Client(server(), settings.SMTP_CONNECTIONS)


def server() -> Server:
    """Read Django's settings as our client means them."""
    login = Login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    return Server(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        _security(),
        login if login.name else None,
    )


def _security() -> Security:
    if settings.EMAIL_USE_SSL:
        return Security.TLS
    return Security.STARTTLS if settings.EMAIL_USE_TLS else Security.PLAIN
