"""Signed notes of when a form was shown: robots answer too soon, or days later."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

SOONEST, LATEST = dt.timedelta(seconds=2), dt.timedelta(days=1)


def stamp(now: dt.datetime) -> str:
    """Return the note to put into a form that is shown at `now`."""
    return _signer().sign(str(now.timestamp()))


def again(text: str, now: dt.datetime) -> str:
    """Return the note for a form that is shown once more: its first one, unless that is too old.

    Who mends a slip of hers within two seconds has had the form for longer than that.
    """
    try:
        return text if _age(text, now) <= LATEST else stamp(now)
    except BadSignature:
        return stamp(now)


def check(text: str, now: dt.datetime) -> None:
    """Accept the stamp of a form that was filled in by a person, as far as the clock can tell.

    Raises:
        ValidationError: for any other; the message asks the reader to send the form again.

    """
    try:
        age = _age(text, now)
    except BadSignature as error:
        raise ValidationError(
            _("Something went missing on the way. Please send it again.")
        ) from error
    if age < SOONEST:
        raise ValidationError(_("That was quicker than we can read. Please send it again."))
    if age > LATEST:
        raise ValidationError(_("This page was open for more than a day. Please send it again."))


def _age(text: str, now: dt.datetime) -> dt.timedelta:
    """Return how long ago a note was written; raises BadSignature where it is none of ours."""
    return now - dt.datetime.fromtimestamp(float(_signer().unsign(text)), dt.UTC)


def _signer() -> Signer:
    # Not at import: without SECRET_KEY the system checks shall say so, and not a traceback.
    return Signer(salt="subscribers.stamps")
