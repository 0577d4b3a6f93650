"""The one builder of mail: subject, text and HTML lie side by side below templates/mail/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import utf8_charset_qp
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language_bidi

from config.look import mail_sheet
from config.site import absolute, imprint
from subscribers.inlining import inline

# RFC 3834, section 5: no vacation notice shall answer.
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
# After a preheader, joiners that nobody sees and spaces: an inbox shows nothing of the rest.
PADDING = "\u034f\xa0" * 60


@dataclass(frozen=True, slots=True)
class Words:
    """What a mail says: its subject, and its body twice."""

    subject: str
    text: str
    html: str


def write(template: str, context: Mapping[str, Any]) -> Words:
    """Render the three templates of one kind of mail, in the active language."""
    subject, text, page = (
        render_to_string(f"mail/{template}/{part}", _everywhere() | {**context})
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Words(" ".join(subject.split()), text.strip() + "\n", inline(page))


def write_html(template: str, context: Mapping[str, Any]) -> str:
    """Render what a mail looks like, and nothing else of it."""
    return inline(render_to_string(f"mail/{template}/body.html", _everywhere() | {**context}))


def _everywhere() -> dict[str, object]:
    """Return what every mail may say of the site, and its style sheet."""
    return {
        **imprint(),
        "padding": PADDING,
        "sheet": mail_sheet(is_rtl=get_language_bidi()).sheet,
    }


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


def link(view: str, *args: object) -> str:
    """Return the absolute address of a page of ours."""
    return absolute(reverse(view, args=args))
