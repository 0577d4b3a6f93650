"""The verbs of the unsubscribe link, beside leaving itself: less mail instead of none, and why.

To leave and to come back change her state, so they are in `lifecycle`. What else the link does is
undone within the hour, by who has the receipt: so a forwarded mail is good for no more.
"""

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from config.limits import Limit
from digests.models import Topic
from subscribers import lifecycle, mornings, receipts
from subscribers.models import Departure, Subscriber

State = Subscriber.State
ONE_DAY, MONTH = dt.timedelta(days=1), dt.timedelta(days=30)
# For so long after leaving a reason is taken, and one of them.
PATIENCE = dt.timedelta(days=1)
REASONS = Limit("reason", most=1, within=PATIENCE)


class Followed(NamedTuple):
    """A topic that brings her papers, and the receipt for leaving it now."""

    topic: Topic
    receipt: str


def followed(reader: Subscriber, now: dt.datetime) -> list[Followed]:
    """Return the topics that bring her papers: in the form's order, then her own words in hers."""
    rows = reader.subscriptions.filter(excludes=False).select_related("topic")
    found = [
        Followed(row.topic, receipts.write("unfollow", reader, [row.topic_id, str(row.since)], now))
        for row in rows.order_by("topic__place", "pk")
    ]
    return sorted(found, key=lambda it: is_own(it.topic))


def is_own(topic: Topic) -> bool:
    """Tell her own words from topics of the catalogue, which say little of who follows them."""
    return topic.kind in Topic.OWN


@transaction.atomic
def unfollow(reader: Subscriber, topic: int, now: dt.datetime) -> str:
    """Stop following one topic of the catalogue, and return the receipt.

    "" where she does not read, does not follow it, or nothing besides: that would be to
    unsubscribe. Nor are her own words left so: whoever opens the link must not learn them.
    """
    # Two at once could leave her with nothing.
    readers = Subscriber.objects.filter(pk=reader.pk, state__in=Subscriber.READS)
    locked = readers.select_for_update().first()
    topics = {it.topic.pk: it for it in followed(locked, now)} if locked else {}
    if topic not in topics or len(topics) == 1 or is_own(topics[topic].topic):
        return ""
    reader.subscriptions.filter(topic=topic).delete()
    mornings.note_choice(reader)
    return topics[topic].receipt


def left(reader: Subscriber, receipt: str, now: dt.datetime) -> Topic | None:
    """Return the topic of a receipt that she can follow again by it."""
    said = receipts.read("unfollow", reader, receipt, now)
    chosen = reader.subscriptions.values("topic")
    return Topic.objects.filter(pk__in=said[:1]).exclude(pk__in=chosen).first()


@transaction.atomic
def follow_again(reader: Subscriber, receipt: str, now: dt.datetime) -> bool:
    """Take back that she left a topic; False where that is too long ago, or the topic is gone.

    She follows it since the day she once began with it, so no paper of it is lost; and none comes
    twice, as what she was sent is known apart from what she follows.
    """
    said = receipts.read("unfollow", reader, receipt, now)
    topic = Topic.objects.filter(pk__in=said[:1]).first()
    if topic is None:
        return False
    for locked in Subscriber.objects.select_for_update().filter(pk=reader.pk):
        began = dt.date.fromisoformat(said[1])
        locked.subscriptions.get_or_create(topic=topic, defaults={"since": began})
        mornings.note_choice(locked)
    # Meanwhile she may have had it kept away from her.
    return reader.subscriptions.filter(topic=topic, excludes=False).exists()


def end_of_pause(reader: Subscriber, now: dt.datetime) -> dt.date:
    """Return the date with which a pause of a month would end, where she lives."""
    return reader.schedule.date_at(now) + MONTH


def receipt_of_pause(reader: Subscriber, now: dt.datetime) -> str:
    """Return the receipt for a pause of a month that begins now."""
    until = reader.schedule.midnight(end_of_pause(reader, now))
    return receipts.write("pause", reader, [until.isoformat()], now)


@transaction.atomic
def pause_for_a_month(reader: Subscriber, now: dt.datetime) -> str:
    """Send her nothing for a month, and return the receipt.

    A pause that she has chosen herself stays as it is; of it there is no receipt.
    """
    readers = Subscriber.objects.select_for_update().filter(pk=reader.pk, state=State.ACTIVE)
    if not readers:
        return ""
    lifecycle.pause(reader, reader.schedule.midnight(end_of_pause(reader, now)))
    return receipt_of_pause(reader, now)


def is_paused_by(reader: Subscriber, receipt: str, now: dt.datetime) -> bool:
    """Tell whether a receipt is that of her present pause."""
    if reader.state != State.PAUSED or reader.paused_until is None:
        return False
    return receipts.read("pause", reader, receipt, now) == [reader.paused_until.isoformat()]


@transaction.atomic
def end_pause(reader: Subscriber, receipt: str, now: dt.datetime) -> bool:
    """End the pause of this receipt, and no other; tell whether she is not paused any more."""
    for locked in Subscriber.objects.select_for_update().filter(pk=reader.pk):
        if is_paused_by(locked, receipt, now):
            lifecycle.resume(locked, now)
        elif locked.state == State.PAUSED:
            return False
    return bool(receipts.read("pause", reader, receipt, now))


def has_called_off(reader: Subscriber, now: dt.datetime) -> bool:
    """Tell whether her latest mail, of today or yesterday, was called off as it was to leave."""
    lately = reader.deliveries.filter(date__gte=reader.schedule.date_at(now) - ONE_DAY)
    return lately.order_by("-date").values_list("state", flat=True).first() == "cancelled"


def may_tell_why(reader: Subscriber, now: dt.datetime) -> bool:
    """Tell whether she has only just left."""
    has_left = reader.state == State.UNSUBSCRIBED
    return bool(has_left and reader.unsubscribed_at and reader.unsubscribed_at > now - PATIENCE)


def tell_why(reader: Subscriber, reason: str, words: str, now: dt.datetime) -> None:
    """Keep why she left, apart from who she is; once, whoever sends it however often."""
    # A limit counts whole spans of time: all is counted as of when she left, in one of them.
    left_at = reader.unsubscribed_at
    if left_at and may_tell_why(reader, now) and not REASONS.refuse_until(str(reader), left_at):
        Departure.objects.create(left_on=now.date(), reason=reason, words=words)
