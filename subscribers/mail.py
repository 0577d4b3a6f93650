"""The one builder of mail: subject, text and HTML lie side by side below templates/mail/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import utf8_charset_qp
from django.template.loader import render_to_string
from django.urls import reverse

from config.look import look

# RFC 3834, section 5: no vacation notice shall answer.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says: its subject, and its body twice."""

    subject: str
    text: str
    html: str


def write(template: str, context: Mapping[str, Any]) -> Words:
    """Render the three templates of one kind of mail."""
    site = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, "look": look()}
    context = site | {**context}
    subject, text, html = (
        render_to_string(f"mail/{template}/{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Words(" ".join(subject.split()), text.strip() + "\n", dense(html))


def dense(html: str) -> str:
    """Drop a template's indentation, a quarter of its bytes and nothing to see."""
    lines = (line.strip() for line in html.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def build(words: Words, to: str, headers: Mapping[str, str]) -> EmailMultiAlternatives:
    """Put words into an envelope for one reader."""
    message = EmailMultiAlternatives(
        words.subject,
        words.text,
        to=[to],
        reply_to=[settings.CONTACT_EMAIL] if settings.CONTACT_EMAIL else None,
        headers=AUTOMATIC | dict(headers),
    )
    message.attach_alternative(words.html, "text/html")
    # Quoted-printable keeps every line short and ASCII: relays without 8BITMIME take it as it is.
    message.encoding = utf8_charset_qp
    return message


def link(view: str, *args: str) -> str:
    """Return the absolute address of a page of ours."""
    return urljoin(settings.SITE_URL + "/", reverse(view, args=args).lstrip("/"))
