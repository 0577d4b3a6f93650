"""Why a reader got what she got on a date, or why she got nothing, paper by paper."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digests.models import Paper
from newsletter.explaining.candidates import Candidate, Fate, candidates
from newsletter.explaining.silence import is_to_come, silence
from newsletter.explaining.whereabouts import minute, whereabouts
from newsletter.models import Delivery
from newsletter.obstacles import obstacles
from subscribers.models import Subscriber, Subscription, Suppression


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one reader and one date.

    `verdict` says in a sentence what became of her morning; `held` are the papers of her edition,
    or those that would come; `others` matched what she follows and stay away.
    """

    reader: Subscriber
    suppression: Suppression | None
    choice: Sequence[Subscription]
    date: dt.date
    delivery: Delivery | None
    verdict: str
    in_the_way: Sequence[str]
    held: Sequence[Candidate]
    others: Sequence[Candidate]


def reader_at(address: str) -> Subscriber | None:
    """Return the reader at an address, as it is recognised when she signs up."""
    return Subscriber.objects.at(address).first()


def why(reader: Subscriber, now: dt.datetime, date: dt.date | None = None) -> Explanation:
    """Explain what `reader` got, or did not, on `date`; by default on her latest morning.

    What she chose and what papers are about is taken as it is now: there is no record of what it
    was.
    """
    date = date or _latest_morning(reader, now)
    suppression = Suppression.objects.filter(fingerprint=reader.fingerprint).first()
    choice = [*reader.subscriptions.select_related("topic").order_by("topic__place", "pk")]
    deliveries = reader.deliveries.select_related("bundle", "edition")
    delivery = deliveries.filter(date=date).first()
    composed_at = delivery.bundle.composed_at if delivery else now
    held, others = list[Candidate](), list[Candidate]()
    if delivery or is_to_come(reader, date, now):
        found = candidates(reader, choice, date, composed_at)
        held, others = _compare(found, delivery, reader.max_papers)
    return Explanation(
        reader=reader,
        suppression=suppression,
        choice=choice,
        date=date,
        delivery=delivery,
        verdict=_verdict(delivery, now) if delivery else silence(reader, suppression, date, now),
        in_the_way=_in_the_way(delivery, now),
        held=held,
        others=others,
    )


def _latest_morning(reader: Subscriber, now: dt.datetime) -> dt.date:
    """Return the newest date of which there is something to say: had, due, or begun."""
    due, schedule = reader.next_due_at, reader.schedule
    begun, _ = schedule.morning(due, now) if due and due <= now else schedule.last_due(now)
    had = reader.deliveries.order_by("-date").values_list("date", flat=True).first()
    return max(begun, had or begun)


def _verdict(delivery: Delivery, now: dt.datetime) -> str:
    composed = f"composed at {minute(delivery.bundle.composed_at)}"
    tried = f", attempts: {delivery.attempts}" if delivery.attempts else ""
    said = f"{whereabouts(delivery, now)}{_empty(delivery)}"
    return f"{said} ({delivery} of {delivery.bundle}, {composed}{tried})"


def _empty(delivery: Delivery) -> str:
    is_empty = delivery.edition is not None and not delivery.edition.paper_ids
    return ", to say that there was nothing new" if is_empty else ""


def _in_the_way(delivery: Delivery | None, now: dt.datetime) -> list[str]:
    """Return what holds up a delivery that could leave."""
    if delivery is None or delivery.state != Delivery.State.PLANNED:
        return []
    mine = (None, delivery.date)
    return [str(obstacle) for obstacle in obstacles(now) if obstacle.date in mine]


def _compare(
    found: Sequence[Candidate], delivery: Delivery | None, most: int
) -> tuple[list[Candidate], list[Candidate]]:
    """Return what her edition holds, and what stays away, each with its fate."""
    if delivery is None:
        held = [one for one in found if one.fate is Fate.COMES]
        return held, [one for one in found if one.fate is not Fate.COMES]
    held = [*_held(delivery, {one.number: one for one in found})]
    numbers = {one.number for one in held}
    is_full = len(held) >= most
    others = [_left_out(one, is_full=is_full) for one in found if one.number not in numbers]
    return held, others


def _held(delivery: Delivery, found: Mapping[int, Candidate]) -> Iterator[Candidate]:
    """Yield the papers of her edition, with what keeps one out of the mail after all."""
    if delivery.edition is None:
        return
    papers = Paper.objects.by_number(delivery.edition.paper_ids)
    present = dict.fromkeys(papers[number] for number in delivery.edition.paper_ids)
    for paper in present:
        is_withdrawn = paper.withdrawn_at and not _left_before(delivery, paper.withdrawn_at)
        one = found.get(paper.pk) or _unmatched(paper)
        if one.fate is Fate.SENT or is_withdrawn or not (one.reasons or delivery.sent_at):
            yield one
        else:
            yield replace(one, fate=Fate.COMES, because="")


def _left_before(delivery: Delivery, moment: dt.datetime) -> bool:
    return delivery.sent_at is not None and delivery.sent_at < moment


def _unmatched(paper: Paper) -> Candidate:
    """Return a paper of an edition that is about nothing she follows any more."""
    fate = Fate.WITHDRAWN if paper.withdrawn_at else Fate.CHANGED
    return Candidate(paper.pk, paper.shown_title, paper.first_listed_on, (), fate)


def _left_out(one: Candidate, *, is_full: bool) -> Candidate:
    """Return what was not in her edition; what would come now did not match or stand so high."""
    if one.fate is not Fate.COMES:
        return one
    if is_full:
        return replace(one, fate=Fate.TOO_MANY, because="it stands higher now than it did then")
    return replace(one, fate=Fate.CHANGED, because="it would come now")
