"""The verbs of the unsubscribe link, beside leaving itself: less mail instead of none, and why.

To leave and to come back change her state, so they are in `lifecycle`.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from config.limits import Limit
from digests.models import Topic
from subscribers import lifecycle, mornings
from subscribers.models import Departure, Subscriber

MONTH = dt.timedelta(days=30)
# For so long after leaving a reason is taken, and one of them.
PATIENCE = dt.timedelta(days=1)
REASONS = Limit("reason", most=1, within=PATIENCE)


def followed(reader: Subscriber) -> list[Topic]:
    """Return the topics that bring her papers: in the form's order, then her own words in hers."""
    rows = reader.subscriptions.filter(excludes=False).select_related("topic")
    topics = [row.topic for row in rows.order_by("topic__place", "pk")]
    return sorted(topics, key=is_own)


def is_own(topic: Topic) -> bool:
    """Tell her own words from topics of the catalogue, which say little of who follows them."""
    return topic.kind in Topic.OWN


@transaction.atomic
def unfollow(reader: Subscriber, topic: int) -> Topic | None:
    """Stop following one topic of the catalogue, and return it.

    None where she does not follow it, or nothing besides: that would be to unsubscribe. Nor are her
    own words left so: whoever opens the link must not learn them.
    """
    # Two at once could leave her with nothing.
    locked = Subscriber.objects.select_for_update().filter(pk=reader.pk).first()
    topics = {it.pk: it for it in followed(locked)} if locked else {}
    if not {topic} < topics.keys() or is_own(topics[topic]):
        return None
    reader.subscriptions.filter(topic=topic).delete()
    mornings.note_choice(reader)
    return topics[topic]


def end_of_pause(reader: Subscriber, now: dt.datetime) -> dt.datetime:
    """Return when a pause of a month would end: at midnight, where she lives."""
    zone = ZoneInfo(reader.time_zone)
    return dt.datetime.combine(now.astimezone(zone).date() + MONTH, dt.time(), zone)


def pause_for_a_month(reader: Subscriber, now: dt.datetime) -> None:
    """Send her nothing for a month; a pause that she has chosen herself stays as it is."""
    if reader.state == Subscriber.State.ACTIVE:
        lifecycle.pause(reader, end_of_pause(reader, now))


def may_tell_why(reader: Subscriber, now: dt.datetime) -> bool:
    """Tell whether she has only just left."""
    has_left = reader.state == Subscriber.State.UNSUBSCRIBED
    return bool(has_left and reader.unsubscribed_at and reader.unsubscribed_at > now - PATIENCE)


def tell_why(reader: Subscriber, reason: str, words: str, now: dt.datetime) -> None:
    """Keep why she left, apart from who she is; once, whoever sends it however often."""
    if may_tell_why(reader, now) and not REASONS.refuse_until(str(reader), now):
        Departure.objects.create(left_on=now.date(), reason=reason, words=words)
