"""Post the letters that readers asked for: at least once, patiently, before any edition."""

import datetime as dt
import logging
import smtplib

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from subscribers import moving, tokens
from subscribers.mail import build, link, write
from subscribers.models import Letter, Subscriber

logger = logging.getLogger(__name__)
Kind, State = Letter.Kind, Letter.State
# Also how long a worker may take before another one tries: a second letter does no harm.
WAIT = dt.timedelta(minutes=15)
MOST_ATTEMPTS = 20
# Kind -> the page on which the reader of its link says yes.
PAGES = {Kind.CONFIRM: "confirm", Kind.MOVE: "arrive"}


def post_waiting(now: dt.datetime) -> int:
    """Post every letter whose time has come, and return how many left."""
    posted = 0
    while letter := _claim(now):
        posted += _post(letter, now)
    return posted


@transaction.atomic
def _claim(now: dt.datetime) -> Letter | None:
    """Take a letter, by moving its next attempt out of everybody's reach."""
    waiting = Letter.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    # Who moves may leave an address behind to which nothing can go any more.
    unreachable = Q(subscriber__in=Subscriber.objects.unreachable(), address="")
    # An address from which somebody moved is told so, whatever she did then.
    left = Q(subscriber__state=Subscriber.State.UNSUBSCRIBED) & ~Q(kind=Kind.MOVED)
    hopeless = unreachable | left | Q(attempts__gte=MOST_ATTEMPTS)
    waiting.filter(hopeless).update(state=State.FAILED)
    free = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("subscriber")
    letter = free.order_by("next_attempt_at").first()
    if letter:
        letter.attempts, letter.next_attempt_at = letter.attempts + 1, now + WAIT
        letter.save(update_fields=["attempts", "next_attempt_at"])
    return letter


def _post(letter: Letter, now: dt.datetime) -> bool:
    if letter.address and not moving.may_be_posted(letter, now):
        Letter.objects.filter(pk=letter.pk).update(state=State.FAILED)
        return False
    message = _write(letter)
    try:
        message.send()
    except (OSError, smtplib.SMTPException, AnymailError) as error:
        # Never the error's words: they hold the address.
        logger.warning("%s was not taken: %s", letter, type(error).__name__)
        if _is_final(error):
            Letter.objects.filter(pk=letter.pk).update(state=State.FAILED)
        return False
    Letter.objects.filter(pk=letter.pk).update(state=State.SENT, sent_at=now)
    return True


def _write(letter: Letter) -> EmailMultiAlternatives:
    reader = letter.subscriber
    with translation.override(reader.language):
        words = write(letter.kind, {"url": _url(letter)})
    return build(words, letter.address or reader.email, {})


def _url(letter: Letter) -> str:
    """Return the link that the letter is written for."""
    if letter.kind == Kind.MOVED:  # nothing of hers is that mailbox's any more
        return link("sign-up")
    if letter.kind == Kind.LINK:
        return link("preferences", letter.subscriber.preferences_token)
    token = tokens.derive(letter.kind, letter.pk)
    Letter.objects.filter(pk=letter.pk).update(token_fingerprint=tokens.fingerprint(token))
    return link(PAGES[Kind(letter.kind)], token)


def _is_final(error: Exception) -> bool:
    """Tell an address that will never take mail from a server that takes none now."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())  # noqa: PLR2004 - SMTP's
    return isinstance(error, AnymailRecipientsRefused)
