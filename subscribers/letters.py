"""Post the letters that readers asked for: at least once, patiently, before any edition."""

import datetime as dt
import logging
import smtplib

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from subscribers import tokens
from subscribers.mail import build, link, write
from subscribers.models import Letter, Subscriber

logger = logging.getLogger(__name__)
Kind, State = Letter.Kind, Letter.State
BATCH = 20
# Also how long a worker may take before another one tries: a second letter does no harm.
WAIT = dt.timedelta(minutes=15)
MOST_ATTEMPTS = 20


def post_waiting(now: dt.datetime) -> int:
    """Post every letter whose time has come, and return how many left."""
    posted = 0
    while letters := _claim(now):
        posted += sum(_post(letter, now) for letter in letters)
    return posted


@transaction.atomic
def _claim(now: dt.datetime) -> list[Letter]:
    """Take some letters by moving their next attempt out of everybody's reach."""
    waiting = Letter.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    waiting.filter(subscriber__in=Subscriber.objects.unreachable()).update(state=State.FAILED)
    letters = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("subscriber")
    claimed = [*letters.order_by("next_attempt_at")[:BATCH]]
    Letter.objects.filter(pk__in=[letter.pk for letter in claimed]).update(
        attempts=F("attempts") + 1, next_attempt_at=now + WAIT
    )
    return claimed


def _post(letter: Letter, now: dt.datetime) -> bool:
    message = _write(letter)
    try:
        message.send()
    except (OSError, smtplib.SMTPException, AnymailError) as error:
        # Never the error's words: they hold the address.
        logger.warning("%s was not taken: %s", letter, type(error).__name__)
        if _is_final(error) or letter.attempts + 1 >= MOST_ATTEMPTS:
            Letter.objects.filter(pk=letter.pk).update(state=State.FAILED)
        return False
    Letter.objects.filter(pk=letter.pk).update(state=State.SENT, sent_at=now)
    return True


def _write(letter: Letter) -> EmailMultiAlternatives:
    reader = letter.subscriber
    if letter.kind == Kind.CONFIRM:
        token = tokens.derive("confirm", letter.pk)
        Letter.objects.filter(pk=letter.pk).update(token_fingerprint=tokens.fingerprint(token))
        url = link("confirm", token)
    else:
        url = link("preferences", reader.preferences_token)
    return build(write(letter.kind, {"url": url}), reader.email, {})


def _is_final(error: Exception) -> bool:
    """Tell an address that will never take mail from a server that takes none now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())  # noqa: PLR2004 - SMTP's
    return isinstance(error, AnymailRecipientsRefused)
