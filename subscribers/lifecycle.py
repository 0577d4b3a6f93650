"""The verbs that change a subscriber. Nothing else writes her state.

Every verb takes the clock. None sends mail: what is to be sent becomes a row, and
`subscribers.letters` posts it.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from config.languages import USUAL_LANGUAGE
from subscribers import addresses, choosing, mornings, tokens
from subscribers.asking import CONFIRMATION_LIFE, UNCONFIRMED_LIFE, ask
from subscribers.models import Letter, Subscriber, SubscriberQuerySet, Suppression

State, Kind = Subscriber.State, Letter.Kind
# For so long unsubscribing can be taken back.
REGRET = dt.timedelta(days=30)


@transaction.atomic
def subscribe(
    address: str,
    choice: choosing.Choice,
    now: dt.datetime,
    *,
    time_zone: str = "",
    language: str = USUAL_LANGUAGE,
) -> None:
    """Note that somebody wants `choice` sent to `address` (as `addresses.normalise` returns it).

    Whoever typed it need not be its reader: until the letter that this causes is answered, nothing
    else is sent. A reader who is there already gets a letter with her link, and nothing of hers
    changes, so the caller can, and must, give everybody the same answer.
    """
    subscriber, is_new = Subscriber.objects.select_for_update().get_or_create(
        fingerprint=addresses.fingerprint(address),
        defaults={
            "email": address,
            "time_zone": time_zone or settings.DEFAULT_TIME_ZONE,
            "language": language,
            "created_at": now,
        },
    )
    if subscriber.state in Subscriber.READS:
        _request(subscriber, Kind.LINK, now)
        return
    if not is_new:
        _begin_anew(subscriber, language, now)
    choosing.follow(subscriber, choice, now)
    _request(subscriber, Kind.CONFIRM, now)


@transaction.atomic
def confirm(token: str, now: dt.datetime) -> Subscriber | None:
    """Make the reader who holds `token` active, and return her; None for a token that is no more.

    Doing it again changes nothing. She is due at once: her first edition, which welcomes her, holds
    what she would have been sent in the last days.
    """
    subscriber = awaiting(token, now)
    if subscriber is None:
        return None
    readers = Subscriber.objects.select_for_update().filter(pk=subscriber.pk, state=State.PENDING)
    reader = readers.first()
    if reader is None:
        return subscriber
    reader.state, reader.confirmed_at = State.ACTIVE, now
    reader.save(update_fields=["state", "confirmed_at"])
    today = reader.schedule.date_at(now)
    reader.subscriptions.update(since=today - dt.timedelta(days=settings.LOOKBACK_DAYS))
    mornings.expect([reader.pk], now)
    return reader


def awaiting(token: str, now: dt.datetime) -> Subscriber | None:
    """Return the subscriber whose confirmation letter holds `token` and has not run out.

    The letter of an earlier sign-up, which she left since, confirms no later one.
    """
    letters = Letter.objects.filter(
        kind=Kind.CONFIRM,
        token_fingerprint=tokens.fingerprint(token),
        requested_at__gt=now - CONFIRMATION_LIFE,
        requested_at__gte=F("subscriber__created_at"),
    ).exclude(subscriber__state=State.UNSUBSCRIBED)
    letter = letters.select_related("subscriber").first()
    return letter.subscriber if letter else None


@transaction.atomic
def pause(subscriber: Subscriber, until: dt.datetime) -> bool:
    """Send nothing before `until`; tell whether she was there to be paused."""
    readers = Subscriber.objects.filter(pk=subscriber.pk, state__in=Subscriber.READS)
    paused = readers.update(state=State.PAUSED, paused_until=until)
    if paused:
        mornings.forget(subscriber)
    return bool(paused)


@transaction.atomic
def resume(subscriber: Subscriber, now: dt.datetime) -> None:
    """End a pause: the morning that has begun is hers, if its mail can still leave, or the next."""
    readers = Subscriber.objects.select_for_update().filter(pk=subscriber.pk, state=State.PAUSED)
    for reader in readers:
        _end_pause(reader)
        mornings.take_up(reader, now)


@transaction.atomic
def wake(now: dt.datetime) -> int:
    """End every pause that is over, and return how many. Late or not: no morning is lost by it."""
    paused = Subscriber.objects.select_for_update(skip_locked=True).filter(state=State.PAUSED)
    rested = [*paused.filter(paused_until__lte=now)]
    for reader in rested:
        since = reader.paused_until or now
        _end_pause(reader)
        mornings.expect([reader.pk], reader.schedule.first_due(since))
    return len(rested)


@transaction.atomic
def unsubscribe(subscriber: Subscriber, now: dt.datetime) -> None:
    """Send nothing more, mail that is queued included. Doing it again changes nothing.

    When a pause of hers would have ended stays known, should she take it back.
    """
    readers = Subscriber.objects.filter(pk=subscriber.pk).exclude(state=State.UNSUBSCRIBED)
    if readers.update(state=State.UNSUBSCRIBED, unsubscribed_at=now):
        mornings.forget(subscriber)


def may_come_back(subscriber: Subscriber, now: dt.datetime) -> bool:
    """Tell whether she can take back that she unsubscribed."""
    return _regretting(now).filter(pk=subscriber.pk).exists()


@transaction.atomic
def come_back(subscriber: Subscriber, now: dt.datetime) -> bool:
    """Take back that she unsubscribed: all is as it was, with the morning that has begun meanwhile.

    Returns whether she may. Mail that was cancelled meanwhile stays so.
    """
    readers = _regretting(now).select_for_update().filter(pk=subscriber.pk)
    for reader in readers:
        reader.unsubscribed_at = None
        if reader.paused_until and reader.paused_until > now:
            reader.state = State.PAUSED
        else:
            reader.state, reader.paused_until = State.ACTIVE, None
            mornings.take_up(reader, now)
        reader.save(update_fields=["state", "unsubscribed_at", "paused_until"])
    return bool(readers)


def suppress(address: str, reason: Suppression.Reason, now: dt.datetime) -> None:
    """Never write to `address` again. The first reason stays."""
    Suppression.objects.get_or_create(
        fingerprint=addresses.fingerprint(address),
        defaults={"reason": reason, "created_at": now},
    )


@transaction.atomic
def erase(subscriber: Subscriber) -> None:
    """Forget a subscriber: the address, what she chose, and that deliveries were hers.

    A suppression of her address stays, as a hash that only ADDRESS_KEY can recognise.
    """
    # Whoever writes her a letter holds her row, whoever composes for her the row of her morning:
    # what they add is found here.
    for reader in Subscriber.objects.select_for_update().filter(pk=subscriber.pk):
        mornings.forget(reader)
        reader.delete()


@transaction.atomic
def request_link(address: str, now: dt.datetime) -> None:
    """Have her personal link mailed to the reader at `address`, if there is one."""
    readers = Subscriber.objects.at(address).filter(state__in=Subscriber.READS)
    for subscriber in readers.select_for_update():  # or requests at once would not be counted
        _request(subscriber, Kind.LINK, now)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Erase who never confirmed, and return how many rows went."""
    stale = Subscriber.objects.filter(state=State.PENDING, created_at__lt=now - UNCONFIRMED_LIFE)
    # A link that still holds must still be good for something.
    return stale.exclude(letters__requested_at__gt=now - CONFIRMATION_LIFE).delete()[0]


def _begin_anew(subscriber: Subscriber, language: str, now: dt.datetime) -> None:
    """Take her for a stranger again, who reads the language that she was met in last."""
    if subscriber.state == State.UNSUBSCRIBED:
        subscriber.state, subscriber.created_at = State.PENDING, now
        subscriber.paused_until = None
    subscriber.language = language
    subscriber.save(update_fields=["state", "created_at", "paused_until", "language"])


def _regretting(now: dt.datetime) -> SubscriberQuerySet:
    """Return who left lately and had said yes when she did: no undo stands for a confirmation."""
    suppressed = Subscriber.objects.suppressed().filter(pk=OuterRef("pk"))
    return Subscriber.objects.filter(
        ~Exists(suppressed),
        state=State.UNSUBSCRIBED,
        unsubscribed_at__gt=now - REGRET,
        confirmed_at__gte=F("created_at"),
    )


def _end_pause(reader: Subscriber) -> None:
    """Make a reader, whose row is locked, active; the caller says when she is due."""
    reader.state, reader.paused_until = State.ACTIVE, None
    reader.save(update_fields=["state", "paused_until"])


def _request(subscriber: Subscriber, kind: Letter.Kind, now: dt.datetime) -> None:
    """Note a letter to be posted, unless none may reach her or she had enough of them."""
    if not Subscriber.objects.unreachable().filter(pk=subscriber.pk).exists():
        ask(subscriber, kind, now)
