"""The verbs of the unsubscribe link, beside leaving itself: less mail instead of none, and why.

To leave and to come back change her state, so they are in `lifecycle`. What else the link does is
undone by who has just done it, and has the receipt: so a forwarded mail is good for no more.
"""

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from config.limits import Limit
from digests.models import Topic
from subscribers import lifecycle, mornings, receipts
from subscribers.models import Departure, Subscriber

State = Subscriber.State
MONTH = dt.timedelta(days=30)
# For so long after leaving a reason is taken, and one of them.
PATIENCE = dt.timedelta(days=1)
REASONS = Limit("reason", most=1, within=PATIENCE)


class Left(NamedTuple):
    """A topic that she has left, and the receipt by which she follows it again."""

    topic: Topic
    receipt: str


def followed(reader: Subscriber) -> list[Topic]:
    """Return the topics that bring her papers: in the form's order, then her own words in hers."""
    rows = reader.subscriptions.filter(excludes=False).select_related("topic")
    topics = [row.topic for row in rows.order_by("topic__place", "pk")]
    return sorted(topics, key=is_own)


def is_own(topic: Topic) -> bool:
    """Tell her own words from topics of the catalogue, which say little of who follows them."""
    return topic.kind in Topic.OWN


@transaction.atomic
def unfollow(reader: Subscriber, topic: int, now: dt.datetime) -> Left | None:
    """Stop following one topic of the catalogue.

    None where she does not follow it, or nothing besides: that would be to unsubscribe. Nor are her
    own words left so: whoever opens the link must not learn them.
    """
    # Two at once could leave her with nothing.
    locked = Subscriber.objects.select_for_update().filter(pk=reader.pk).first()
    topics = {it.pk: it for it in followed(locked)} if locked else {}
    if topic not in topics or len(topics) == 1 or is_own(topics[topic]):
        return None
    row = reader.subscriptions.get(topic=topic)
    row.delete()
    mornings.note_choice(reader)
    said = topic, row.since.isoformat()
    return Left(topics[topic], receipts.write("unfollow", reader, said, now))


@transaction.atomic
def follow_again(reader: Subscriber, receipt: str, now: dt.datetime) -> bool:
    """Take back that she left a topic; False where that is too long ago, or was never so.

    She follows it since the day she once began with it, so no paper of it is lost; and none comes
    twice, as what she was sent is known apart from what she follows.
    """
    said = receipts.read("unfollow", reader, receipt, now)
    if not said:
        return False
    topic, since = said
    for locked in Subscriber.objects.select_for_update().filter(pk=reader.pk):
        began = dt.date.fromisoformat(since)
        locked.subscriptions.get_or_create(topic_id=topic, defaults={"since": began})
        mornings.note_choice(locked)
    return True


def end_of_pause(reader: Subscriber, now: dt.datetime) -> dt.date:
    """Return the date with which a pause of a month would end, where she lives."""
    return reader.schedule.date_at(now) + MONTH


@transaction.atomic
def pause_for_a_month(reader: Subscriber, now: dt.datetime) -> str:
    """Send her nothing for a month, and return the receipt.

    A pause that she has chosen herself stays as it is; of it there is no receipt.
    """
    readers = Subscriber.objects.select_for_update().filter(pk=reader.pk, state=State.ACTIVE)
    if not readers:
        return ""
    until = reader.schedule.midnight(end_of_pause(reader, now))
    lifecycle.pause(reader, until)
    return receipts.write("pause", reader, [until.isoformat()], now)


@transaction.atomic
def end_pause(reader: Subscriber, receipt: str, now: dt.datetime) -> bool:
    """End the pause of this receipt, and no other; tell whether she is not paused any more."""
    said = receipts.read("pause", reader, receipt, now)
    for locked in Subscriber.objects.select_for_update().filter(pk=reader.pk):
        if locked.paused_until and [locked.paused_until.isoformat()] == said:
            lifecycle.resume(locked, now)
        elif locked.state == State.PAUSED:
            return False
    return bool(said)


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
