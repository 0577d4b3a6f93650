"""A reader moves to another address: she asks at home, and says yes in the new mailbox.

Nothing of hers changes but where her mail goes. What is known of the new address is looked at when
a letter is posted there and when its link is opened, never where she types it: so her page cannot
tell who else reads.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from subscribers import addresses, asking, lifecycle, tokens
from subscribers.models import Letter, Subscriber, Suppression

Kind = Letter.Kind
READS = (Subscriber.State.ACTIVE, Subscriber.State.PAUSED)
LIFE = asking.CONFIRMATION_LIFE
# An address that nobody has confirmed hears of it as seldom as one that somebody signed up.
_, MOST, WITHIN = asking.LIMITS[Kind.CONFIRM]


@transaction.atomic
def ask(subscriber: Subscriber, address: str, now: dt.datetime) -> bool:
    """Have a letter posted to `address` (as `addresses.normalise` returns it).

    False where she asked too often, or does not read at all. Her present address may be one that
    must not be written to: all the more she wants another.
    """
    reader = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    return reader.state in READS and asking.ask(reader, Kind.MOVE, now, address)


def pending(subscriber: Subscriber, now: dt.datetime) -> Letter | None:
    """Return the last letter that asks a new address of hers for a yes, if it still may say so."""
    letter = _open(now).filter(subscriber=subscriber).order_by("-requested_at", "-pk").first()
    return letter if letter and not has_moved(letter, subscriber) else None


def awaiting(token: str, now: dt.datetime) -> Letter | None:
    """Return the letter that holds `token`, with its reader; None for one that has run out."""
    letters = _open(now).filter(token_fingerprint=tokens.fingerprint(token))
    return (
        letters.filter(subscriber__state__in=READS)
        .select_related("subscriber__next_morning")
        .first()
    )


def may_be_posted(letter: Letter, now: dt.datetime) -> bool:
    """Tell whether the new address may be written to, and has not had enough of such letters."""
    if _is_suppressed(letter):
        return False
    sent = Letter.objects.filter(kind=Kind.MOVE, state=Letter.State.SENT)
    recent = sent.filter(address__iexact=letter.address, sent_at__gt=now - WITHIN)
    return recent.count() < MOST


def has_moved(letter: Letter, reader: Subscriber) -> bool:
    """Tell whether her mail goes to the letter's address already."""
    return bytes(reader.fingerprint) == addresses.fingerprint(letter.address)


def is_refused(letter: Letter) -> bool:
    """Tell whether she cannot have the address: another reader has it, or none may write there."""
    others = Subscriber.objects.filter(fingerprint=addresses.fingerprint(letter.address))
    others = others.filter(state__in=READS).exclude(pk=letter.subscriber_id)
    return _is_suppressed(letter) or others.exists()


def move(letter: Letter) -> bool:
    """Send her mail to the letter's address from now on; False where it is refused.

    Who is known there, but reads nothing, gives way: whoever holds the letter reads that mailbox.
    """
    try:
        with transaction.atomic():
            return _move(letter)
    except IntegrityError:  # somebody signed the address up this moment
        return False


def forget_old(now: dt.datetime) -> int:
    """Delete the letters that no limit counts any more: they hold addresses; return how many."""
    return Letter.objects.filter(kind=Kind.MOVE, requested_at__lt=now - WITHIN).delete()[0]


def _move(letter: Letter) -> bool:
    fingerprint = addresses.fingerprint(letter.address)
    concerned = Subscriber.objects.filter(Q(pk=letter.subscriber_id) | Q(fingerprint=fingerprint))
    # In one order, or two readers who change places would wait for each other.
    locked = {it.pk: it for it in concerned.order_by("pk").select_for_update()}
    reader = locked.pop(letter.subscriber_id, None)
    if reader is None or reader.state not in READS or is_refused(letter):
        return False
    for other in locked.values():
        lifecycle.erase(other)
    reader.email, reader.fingerprint = letter.address, fingerprint
    reader.save(update_fields=["email", "fingerprint"])
    return True


def _open(now: dt.datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(kind=Kind.MOVE, requested_at__gt=now - LIFE)


def _is_suppressed(letter: Letter) -> bool:
    fingerprint = addresses.fingerprint(letter.address)
    return Suppression.objects.filter(fingerprint=fingerprint).exists()
