"""EMAIL_URL: where mail leaves, in one variable.

(unset)                                   one .eml file per message below var/mailbox
smtp://user:password@host:587             SMTP with STARTTLS
smtps://user:password@host:465            SMTP over TLS from the first byte
smtp+plain://host:25                      SMTP without TLS (a relay on this machine)
resend://KEY@, postmark://TOKEN@ ...      a provider's API through Anymail
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

MAILBOX = "config.local.mailbox.MailboxBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SMTP_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
# RFC 5321, section 4.5.3.2.6 gives a server ten minutes to answer the final dot: a client that
# leaves earlier cannot know whether the message was taken.
SMTP_TIMEOUT_SECONDS = 600

# Scheme -> (Anymail backend, setting for the URL's user part, setting for its host part).
PROVIDERS = {
    "brevo": ("brevo", "BREVO_API_KEY", None),
    "mailgun": ("mailgun", "MAILGUN_API_KEY", "MAILGUN_SENDER_DOMAIN"),
    "postmark": ("postmark", "POSTMARK_SERVER_TOKEN", None),
    "resend": ("resend", "RESEND_API_KEY", None),
    "sparkpost": ("sparkpost", "SPARKPOST_API_KEY", None),
}
SCHEMES = {*SMTP_PORTS, *PROVIDERS}


class MailURLError(ValueError):
    """EMAIL_URL cannot be used; the message says why and never repeats a password."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What one EMAIL_URL means: Django's backend, its settings, the newsletter's transport.

    `provider` is the scheme of a provider's API, else empty.
    """

    backend: str = MAILBOX
    transport: str = "mailbox"
    provider: str = ""
    smtp: dict[str, Any] = field(default_factory=dict)
    anymail: dict[str, Any] = field(default_factory=dict)


def parse(url: str) -> MailSettings:
    """Turn an EMAIL_URL into settings.

    Raises:
        MailURLError: for an unknown scheme, a missing host or key, or more than that.

    """
    if not url:
        return MailSettings()
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError as error:
        raise MailURLError("is not an address") from error
    if parts.scheme not in SCHEMES:  # which may be a key that stands alone: it is not repeated
        raise MailURLError(f"begins with none of {', '.join(f'{s}://' for s in sorted(SCHEMES))}")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise MailURLError("goes on after the host; in a password write / ? # as %2F %3F %23")
    return _smtp(parts, port) if parts.scheme in SMTP_PORTS else _provider(parts)


def _smtp(parts: SplitResult, port: int | None) -> MailSettings:
    if not parts.hostname:
        raise MailURLError("names no host")
    settings = {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or SMTP_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": SMTP_TIMEOUT_SECONDS,
    }
    return MailSettings(SMTP, "smtp", smtp=settings)


def _provider(parts: SplitResult) -> MailSettings:
    backend, key_setting, domain_setting = PROVIDERS[parts.scheme]
    if not parts.username:
        raise MailURLError(f"has no key: write {parts.scheme}://KEY@")
    anymail = {key_setting: unquote(parts.username)}
    if domain_setting:
        if not parts.hostname:
            raise MailURLError(f"names no domain: write {parts.scheme}://KEY@news.example.org")
        anymail[domain_setting] = parts.hostname
    backend = f"anymail.backends.{backend}.EmailBackend"
    return MailSettings(backend, "provider", parts.scheme, anymail=anymail)
