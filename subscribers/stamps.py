"""Signed notes of when a form was shown: robots answer too soon, or days later."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

SOONEST, LATEST = dt.timedelta(seconds=2), dt.timedelta(days=1)


def stamp(now: dt.datetime) -> str:
    """Return the note to put into a form that is shown at `now`."""
    return _signer().sign(str(now.timestamp()))


def check(text: str, now: dt.datetime) -> None:
    """Accept the stamp of a form that was filled in by a person, as far as the clock can tell.

    Raises:
        ValidationError: for any other; the message asks the reader to send the form again.

    """
    try:
        age = now - dt.datetime.fromtimestamp(float(_signer().unsign(text)), dt.UTC)
    except BadSignature as error:
        raise ValidationError(
            _("Something went missing on the way. Please send it again.")
        ) from error
    if age < SOONEST:
        raise ValidationError(_("That was quicker than we can read. Please send it again."))
    if age > LATEST:
        raise ValidationError(_("This page was open for more than a day. Please send it again."))


def _signer() -> Signer:
    # Not at import: without SECRET_KEY the system checks shall say so, and not a traceback.
    return Signer(salt="subscribers.stamps")
