"""The verbs that change a subscriber. Nothing else writes her state.

Every verb takes the clock. None sends mail: what is to be sent becomes a row, and
`subscribers.letters` posts it.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from digests.matching.own import rows as own_topics
from digests.matching.own.words import OwnTopic
from digests.models import Topic
from subscribers import addresses, mornings, tokens
from subscribers.models import Letter, Subscriber, Subscription, Suppression
from subscribers.schedule import Schedule

State, Kind = Subscriber.State, Letter.Kind
CONFIRMATION_LIFE = dt.timedelta(days=7)
UNCONFIRMED_LIFE = dt.timedelta(days=14)
# Kind -> (the least time between two letters, how many letters within how long).
LIMITS = {
    Kind.CONFIRM: (dt.timedelta(days=1), 3, UNCONFIRMED_LIFE),
    Kind.LINK: (dt.timedelta(hours=1), 3, dt.timedelta(days=1)),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader wants: topics that are offered, her own words, and what shall stay away."""

    topics: Collection[Topic]
    own: Collection[OwnTopic] = ()
    excluded: Collection[OwnTopic] = ()


@transaction.atomic
def subscribe(address: str, choice: Choice, now: dt.datetime, *, time_zone: str = "") -> None:
    """Note that somebody wants `choice` sent to `address` (as `addresses.normalise` returns it).

    Whoever typed it need not be its reader: until the letter that this causes is answered, nothing
    else is sent. A reader who is there already gets a letter with her link, and nothing of hers
    changes, so the caller can, and must, give everybody the same answer.
    """
    subscriber, _ = Subscriber.objects.select_for_update().get_or_create(
        fingerprint=addresses.fingerprint(address),
        defaults={
            "email": address,
            "time_zone": time_zone or settings.DEFAULT_TIME_ZONE,
            "created_at": now,
        },
    )
    if subscriber.state in (State.ACTIVE, State.PAUSED):
        _request(subscriber, Kind.LINK, now)
        return
    if subscriber.state == State.UNSUBSCRIBED:
        subscriber.state, subscriber.created_at = State.PENDING, now
        subscriber.save(update_fields=["state", "created_at"])
    follow(subscriber, choice, now)
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
    today = now.astimezone(ZoneInfo(reader.time_zone)).date()
    reader.subscriptions.update(since=today - dt.timedelta(days=settings.LOOKBACK_DAYS))
    mornings.expect([reader.pk], now)
    return reader


def awaiting(token: str, now: dt.datetime) -> Subscriber | None:
    """Return the subscriber whose confirmation letter holds `token` and has not run out."""
    letters = Letter.objects.filter(
        kind=Kind.CONFIRM,
        token_fingerprint=tokens.fingerprint(token),
        requested_at__gt=now - CONFIRMATION_LIFE,
    ).exclude(subscriber__state=State.UNSUBSCRIBED)
    letter = letters.select_related("subscriber").first()
    return letter.subscriber if letter else None


def choice_of(subscriber: Subscriber) -> Choice:
    """Return what she wants at present: topics in the form's order, her own in hers."""
    topics, own, excluded = list[Topic](), list[OwnTopic](), list[OwnTopic]()
    rows = subscriber.subscriptions.select_related("topic")
    for row in rows.order_by("topic__place", "pk"):
        if row.topic.kind not in Topic.OWN:
            topics.append(row.topic)
        else:
            (excluded if row.excludes else own).append(own_topics.typed(row.topic))
    return Choice(topics, own, excluded)


@transaction.atomic
def follow(subscriber: Subscriber, choice: Choice, now: dt.datetime) -> None:
    """Make `choice` what she wants. What is new in it starts today; the rest keeps its date."""
    numbers = own_topics.take([*choice.own, *choice.excluded])
    followed = [topic.pk for topic in choice.topics] + [numbers[own] for own in choice.own]
    excluded = [numbers[own] for own in choice.excluded]
    kept = Q(topic__in=followed, excludes=False) | Q(topic__in=excluded, excludes=True)
    subscriber.subscriptions.exclude(kept).delete()
    Subscription.objects.bulk_create(
        [
            Subscription(
                subscriber=subscriber, topic_id=number, since=now.date(), excludes=excludes
            )
            for chosen, excludes in ((followed, False), (excluded, True))
            for number in chosen
        ],
        ignore_conflicts=True,
    )
    mornings.note_choice(subscriber)


@transaction.atomic
def choose(
    subscriber: Subscriber,
    choice: Choice,
    schedule: Schedule,
    max_papers: int,
    now: dt.datetime,
) -> None:
    """Set what she follows, when it comes, and how much at most."""
    subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
    subscriber.time_zone, subscriber.hour = schedule.time_zone, schedule.hour
    subscriber.days, subscriber.max_papers = schedule.days, max_papers
    subscriber.save(update_fields=["time_zone", "hour", "days", "max_papers"])
    follow(subscriber, choice, now)
    if due_at := subscriber.next_due_at:  # a morning that has begun and is not composed stays hers
        mornings.expect([subscriber.pk], schedule.first_due(min(now, due_at)))


@transaction.atomic
def pause(subscriber: Subscriber, until: dt.datetime) -> bool:
    """Send nothing before `until`; tell whether she was there to be paused."""
    readers = Subscriber.objects.filter(pk=subscriber.pk, state__in=[State.ACTIVE, State.PAUSED])
    paused = readers.update(state=State.PAUSED, paused_until=until)
    if paused:
        mornings.forget(subscriber)
    return bool(paused)


@transaction.atomic
def resume(subscriber: Subscriber, now: dt.datetime) -> None:
    """End a pause: her next morning is the first one from `now` on."""
    readers = Subscriber.objects.select_for_update().filter(pk=subscriber.pk, state=State.PAUSED)
    for reader in readers:
        _end_pause(reader, now)


@transaction.atomic
def wake(now: dt.datetime) -> int:
    """End every pause that is over, and return how many. Late or not: no morning is lost by it."""
    paused = Subscriber.objects.select_for_update(skip_locked=True).filter(state=State.PAUSED)
    rested = [*paused.filter(paused_until__lte=now)]
    for reader in rested:
        _end_pause(reader, reader.paused_until or now)
    return len(rested)


@transaction.atomic
def unsubscribe(subscriber: Subscriber, now: dt.datetime) -> None:
    """Send nothing more, mail that is queued included. Doing it again changes nothing."""
    readers = Subscriber.objects.filter(pk=subscriber.pk).exclude(state=State.UNSUBSCRIBED)
    if readers.update(state=State.UNSUBSCRIBED, unsubscribed_at=now, paused_until=None):
        mornings.forget(subscriber)


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
    readers = Subscriber.objects.filter(
        fingerprint=addresses.fingerprint(address), state__in=[State.ACTIVE, State.PAUSED]
    )
    for subscriber in readers.select_for_update():  # or requests at once would not be counted
        _request(subscriber, Kind.LINK, now)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Erase who never confirmed, and return how many rows went."""
    stale = Subscriber.objects.filter(state=State.PENDING, created_at__lt=now - UNCONFIRMED_LIFE)
    # A link that still holds must still be good for something.
    return stale.exclude(letters__requested_at__gt=now - CONFIRMATION_LIFE).delete()[0]


def forget_unfollowed() -> int:
    """Delete the own words that nobody follows or excludes any more; return how many went."""
    left = Topic.objects.own().filter(~Exists(Subscription.objects.filter(topic=OuterRef("pk"))))
    return own_topics.drop(left) if left.exists() else 0


def _end_pause(reader: Subscriber, since: dt.datetime) -> None:
    """Make a reader, whose row is locked, active: her mornings from `since` on are hers."""
    reader.state, reader.paused_until = State.ACTIVE, None
    reader.save(update_fields=["state", "paused_until"])
    mornings.expect([reader.pk], reader.schedule.first_due(since))


def _request(subscriber: Subscriber, kind: Letter.Kind, now: dt.datetime) -> None:
    """Note a letter to be posted, unless its reader had enough of them or none may reach her."""
    gap, most, within = LIMITS[kind]
    since = max(now - within, subscriber.created_at)  # who left and comes back starts anew
    recent = subscriber.letters.filter(kind=kind, requested_at__gte=since)
    too_soon = recent.filter(requested_at__gt=now - gap).exists()
    unreachable = Subscriber.objects.unreachable().filter(pk=subscriber.pk).exists()
    if too_soon or unreachable or recent.count() >= most:
        return
    Letter.objects.create(subscriber=subscriber, kind=kind, requested_at=now, next_attempt_at=now)
