"""A reader moves to another address: she asks at home, and says yes in the new mailbox.

Nothing of hers changes but where her mail goes, and her links: whoever reads the old mailbox has
the former ones. A letter tells them, as it may have been somebody else who asked.

Both links change, as the one to unsubscribe also shows her topics, pauses and brings back. But a
mail that is on its way to the old mailbox holds it, and one click in a mail program must stop her
mail whenever that one left (RFC 8058). So for two weeks, as long as the letter that tells the old
mailbox is kept, this alone the former link can still do: its hash is in the letter's row.

What is known of the new address is looked at when a letter is posted there and when its link is
opened, never where she types it: so her page cannot tell who else reads.
"""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from config.limits import Limit
from subscribers import addresses, asking, lifecycle, tokens
from subscribers.models import Letter, Subscriber, Suppression

Kind = Letter.Kind
LIFE = asking.CONFIRMATION_LIFE
# An address that nobody has confirmed hears of it as seldom as one that somebody signed up.
ALLOWANCE = asking.LIMITS[Kind.CONFIRM]
# Counted apart from the letters as well: these go as soon as whoever asked is erased. It counts in
# fixed spans, so it lets up to twice as many through where one span ends and the next begins.
ASKED = Limit("move", ALLOWANCE.most, ALLOWANCE.within)


class Mailbox(NamedTuple):
    """An address at which a reader is, or was until `left_at`."""

    reader: Subscriber
    address: str
    left_at: dt.datetime | None = None


@transaction.atomic
def ask(subscriber: Subscriber, address: str, now: dt.datetime) -> bool:
    """Have a letter posted to `address` (as `addresses.normalise` returns it).

    From now on it alone counts: a slip of hers in an earlier one must not be good for a week.
    False where she asked too often, or does not read at all. Her present address may be one that
    must not be written to: all the more she wants another.
    """
    reader = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    letter = (
        asking.ask(reader, Kind.MOVE, now, address) if reader.state in Subscriber.READS else None
    )
    if letter is None:
        return False
    _revoke(reader.letters.exclude(pk=letter.pk))
    return True


@transaction.atomic
def take_back(subscriber: Subscriber) -> None:
    """Have no address asked for a yes any more: a letter that has left cannot be answered."""
    for reader in Subscriber.objects.select_for_update().filter(pk=subscriber.pk):
        _revoke(reader.letters.all())


def pending(subscriber: Subscriber, now: dt.datetime) -> Letter | None:
    """Return the letter that asks a new address of hers for a yes, if it still may say so."""
    letter = _open(now).filter(subscriber=subscriber).first()
    return letter if letter and not has_moved(letter, subscriber) else None


def awaiting(token: str, now: dt.datetime) -> Letter | None:
    """Return the letter that holds `token`, with its reader; None for one that counts no more."""
    letters = _open(now).filter(token_fingerprint=tokens.fingerprint(token))
    return (
        letters.filter(subscriber__state__in=Subscriber.READS)
        .select_related("subscriber__next_morning")
        .first()
    )


def may_be_posted(letter: Letter, now: dt.datetime) -> bool:
    """Tell whether an address may be written to, and a new one has not had enough of that."""
    if _is_suppressed(letter):
        return False
    return letter.kind == Kind.MOVED or not _is_enough(letter, now)


def has_moved(letter: Letter, reader: Subscriber) -> bool:
    """Tell whether her mail goes to the letter's address already."""
    return reader.is_at(letter.address)


def reader_of_mail(token: str) -> Subscriber | None:
    """Return the reader whose mails held this unsubscribe token, before she moved away or since."""
    if reader := Subscriber.objects.filter(unsubscribe_token=token).first():
        return reader
    told = Letter.objects.filter(kind=Kind.MOVED, token_fingerprint=tokens.fingerprint(token))
    letter = told.select_related("subscriber").first()
    return letter.subscriber if letter else None


def mailboxes(readers: Collection[Subscriber]) -> dict[tuple[int, bytes], Mailbox]:
    """Return where readers are, and were lately, by their numbers and the addresses' fingerprints.

    One query. Where they were is known for as long as the letters that told it to these addresses.
    """
    known = {reader.pk: reader for reader in readers}
    told = Letter.objects.filter(kind=Kind.MOVED, subscriber__in=known).order_by("requested_at")
    former = {
        (it.subscriber_id, addresses.fingerprint(it.address)): Mailbox(
            known[it.subscriber_id], it.address, it.requested_at
        )
        for it in told
    }
    return former | {(it.pk, bytes(it.fingerprint)): Mailbox(it, it.email) for it in readers}


def is_refused(letter: Letter) -> bool:
    """Tell whether she cannot have the address: another reader has it, or none may write there."""
    others = Subscriber.objects.at(letter.address).exclude(pk=letter.subscriber_id)
    return _is_suppressed(letter) or others.filter(state__in=Subscriber.READS).exists()


def move(letter: Letter, now: dt.datetime) -> bool:
    """Send her mail to the letter's address from now on, with new links; False where it is refused.

    A letter tells the old address. Who is known at the new one, but reads nothing, gives way:
    whoever holds the letter reads that mailbox.
    """
    try:
        with transaction.atomic():
            return _move(letter, now)
    except IntegrityError:  # somebody signed the address up this moment
        return False


def forget_old(now: dt.datetime) -> int:
    """Delete the letters that count for nothing any more: they hold addresses; return how many."""
    moves = Letter.objects.filter(kind__in=[Kind.MOVE, Kind.MOVED])
    return moves.filter(requested_at__lt=now - ALLOWANCE.within).delete()[0]


def _is_enough(letter: Letter, now: dt.datetime) -> bool:
    """Count a letter that is tried for the first time; tell whether it is one too many."""
    sent = Letter.objects.filter(kind=Kind.MOVE, state=Letter.State.SENT)
    recent = sent.filter(address__iexact=letter.address, sent_at__gt=now - ALLOWANCE.within)
    if recent.count() >= ALLOWANCE.most:
        return True
    asked = addresses.fingerprint(letter.address).hex()
    return letter.attempts == 1 and ASKED.refuse_until(asked, now) is not None


def _move(letter: Letter, now: dt.datetime) -> bool:
    fingerprint = addresses.fingerprint(letter.address)
    concerned = Subscriber.objects.filter(Q(pk=letter.subscriber_id) | Q(fingerprint=fingerprint))
    # In one order, or two readers who change places would wait for each other.
    locked = {it.pk: it for it in concerned.order_by("pk").select_for_update()}
    reader = locked.pop(letter.subscriber_id, None)
    if reader is None or reader.state not in Subscriber.READS:
        return False
    if has_moved(letter, reader):  # pressed twice: her links are not to change once more
        return True
    # Meanwhile she may have asked for another address, or taken it back.
    if not _standing().filter(pk=letter.pk).exists() or is_refused(letter):
        return False
    for other in locked.values():
        lifecycle.erase(other)
    Letter.objects.create(
        subscriber=reader,
        kind=Kind.MOVED,
        address=reader.email,
        token_fingerprint=tokens.fingerprint(reader.unsubscribe_token),
        requested_at=now,
        next_attempt_at=now,
    )
    reader.email, reader.fingerprint = letter.address, fingerprint
    reader.preferences_token, reader.unsubscribe_token = tokens.new(), tokens.new()
    reader.save(update_fields=["email", "fingerprint", "preferences_token", "unsubscribe_token"])
    _revoke(reader.letters.exclude(pk=letter.pk))
    return True


def _open(now: dt.datetime) -> QuerySet[Letter]:
    return _standing().filter(requested_at__gt=now - LIFE)


def _standing() -> QuerySet[Letter]:
    """Return the letters that are not revoked, nor of a time before she left and came anew."""
    revoked = Q(address="") | Q(state=Letter.State.SENT, token_fingerprint__isnull=True)
    hers = Letter.objects.filter(requested_at__gte=F("subscriber__created_at"))
    return hers.filter(kind=Kind.MOVE).exclude(revoked)


def _revoke(letters: QuerySet[Letter]) -> None:
    """Take their power from letters of a reader whose row is locked.

    The rows stay, for the limits count them; those that left keep their address for that. The
    others lose it, which also voids the link that a worker may be writing this moment.
    """
    moves = letters.filter(kind=Kind.MOVE)
    moves.exclude(state=Letter.State.SENT).update(state=Letter.State.FAILED, address="")
    moves.update(token_fingerprint=None)


def _is_suppressed(letter: Letter) -> bool:
    fingerprint = addresses.fingerprint(letter.address)
    return Suppression.objects.filter(fingerprint=fingerprint).exists()
