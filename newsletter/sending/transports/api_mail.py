"""A mail's bytes -> the parts that a provider's API asks for."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from django.core.mail import EmailMultiAlternatives

from newsletter.sending.message import Message, from_wire

# What Anymail takes from the parts, or the provider writes itself.
WRITTEN_ANEW = {
    "content-transfer-encoding",
    "content-type",
    "date",
    "from",
    "mime-version",
    "reply-to",
    "subject",
    "to",
}


def api_mail(message: Message) -> EmailMultiAlternatives:
    """Take a mail apart again, so that it says through an API what it says over SMTP.

    It is marked with its delivery, which the provider's later news about it will name.
    """
    content = from_wire(message.content).replace(b"\r\n", b"\n")
    parsed = message_from_bytes(content, policy=policy.default)
    mail = EmailMultiAlternatives(
        str(parsed["Subject"]),
        _body(parsed, "plain"),
        str(parsed["From"]),
        [message.recipient],
        headers=_headers(parsed),
        reply_to=[str(answer_to) for answer_to in parsed.get_all("Reply-To", [])],
    )
    mail.attach_alternative(_body(parsed, "html"), "text/html")
    mail.metadata = {"delivery": str(message.key)}  # type: ignore[attr-defined] # Anymail's
    mail.tags = ["edition"]  # type: ignore[attr-defined] # Anymail's
    return mail


def _body(parsed: EmailMessage, kind: str) -> str:
    body = parsed.get_body((kind,))
    return body.get_content() if body else ""


def _headers(parsed: EmailMessage) -> dict[str, str]:
    """Return the other headers as they were written: not every provider takes them decoded."""
    return {
        name: "".join(value.splitlines())
        for name, value in parsed.raw_items()
        if name.lower() not in WRITTEN_ANEW
    }
