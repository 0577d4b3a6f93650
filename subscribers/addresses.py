"""E-mail addresses: which we accept, how we write them, and how we remember without knowing."""

import hashlib
import hmac

import idna
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

LONGEST_LOCAL_PART, LONGEST_ADDRESS = 64, 254  # RFC 5321, section 4.5.3.1
# Mailboxes that handle abuse or nothing at all: who signs them up is not who reads them.
REFUSED_LOCAL_PARTS = {"abuse", "postmaster", "mailer-daemon", "noreply", "no-reply"}
NO_ADDRESS = _("Please enter a whole e-mail address, such as ada@example.org.")
TOO_LONG = _("This address is longer than addresses may be.")
validate_email = EmailValidator(NO_ADDRESS)


def normalise(typed: str) -> str:
    """Return the address to write to: as typed, with the domain in lower-case A-labels.

    Tags and dots stay: only the reader's own provider knows what they mean.

    Raises:
        ValidationError: where no mail could arrive; the message is for the reader.

    """
    local, at, domain = typed.strip().rpartition("@")
    if not at or not local:
        raise ValidationError(NO_ADDRESS)
    if not local.isascii():
        raise ValidationError(
            _("Before the @, only unaccented letters can be delivered to so far.")
        )
    if '"' in local:  # RFC 5321, section 4.1.2: no mailbox should need them
        raise ValidationError(_("Before the @, quotation marks are more than we can deliver to."))
    try:
        # Not Python's own codec: that one sends the mail of straße.example to strasse.example.
        domain = idna.encode(domain, uts46=True).decode("ascii")
    except UnicodeError as error:
        raise ValidationError(_("The part after the @ is no domain.")) from error
    address = f"{local}@{domain}"
    if "." not in domain:
        raise ValidationError(_("The part after the @ is no domain of the Internet."))
    if len(local) > LONGEST_LOCAL_PART or len(address) > LONGEST_ADDRESS:
        raise ValidationError(TOO_LONG)
    validate_email(address)
    if local.lower() in REFUSED_LOCAL_PARTS:
        raise ValidationError(_("This is a role address. Please enter the address of a person."))
    return address


def fingerprint(address: str) -> bytes:
    """Return the keyed hash by which an address is recognised after it was forgotten.

    A plain hash could be undone by guessing addresses; this one needs ADDRESS_KEY (HMAC, RFC 2104).
    """
    return hmac.digest(settings.ADDRESS_KEY.encode(), address.lower().encode(), hashlib.sha256)
