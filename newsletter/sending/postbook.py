"""The ledger of what leaves, in PostgreSQL: one statement, and so one commit, an entry.

An entry writes down the answers that came and puts up the fence for the mails that leave next. Who
enters must still hold the bundles: a worker that was paused beyond its lease learns here that it
has lost them, before its next mail leaves.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from config.clock import Clock
from newsletter.models import Bundle, Delivery
from newsletter.sending import marker, retry
from newsletter.sending.claims import cancel_abandoned, give_back
from newsletter.sending.copies import Copy
from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome, Verdict
from subscribers.lifecycle import suppress
from subscribers.models import Subscriber, Suppression

State = Delivery.State
ACCEPTED = Outcome(Verdict.ACCEPTED)  # the usual answer, in which nobody names the mail
NOT_BEGUN = "not begun"

RESULTS = {
    Verdict.ACCEPTED: State.SENT,
    Verdict.DEFERRED: State.PLANNED,
    Verdict.CLOSED: State.PLANNED,
    Verdict.REFUSED: State.FAILED,
    Verdict.BAD_ADDRESS: State.FAILED,
    Verdict.UNKNOWN: State.UNCERTAIN,
}

# `allowed` asks all that must hold at this moment: the bundle is still ours, its morning is neither
# over nor paused, nothing is halted, the reader still wants mail, and at the address to which this
# one goes. The steps are kept apart, and readers are asked for one by one, so that PostgreSQL looks
# up the few rows that are meant instead of reading whole tables.
ENTER = """
WITH mine AS MATERIALIZED (
    SELECT id, leaving, date, closes_at FROM newsletter_bundle
     WHERE id = ANY(%(bundles)s) AND claim = %(claim)s
       FOR UPDATE
), wanted AS MATERIALIZED (
    SELECT id, bundle_id, subscriber_id FROM newsletter_delivery
     WHERE id = ANY(%(leaving)s) AND state = 'planned' AND next_attempt_at IS NULL
), allowed AS MATERIALIZED (
    SELECT wanted.id, bundle_id
      FROM wanted JOIN mine ON mine.id = bundle_id
      JOIN unnest(%(leaving)s::bigint[], %(recipients)s::text[]) AS envelope (id, recipient)
        ON envelope.id = wanted.id
     WHERE closes_at > %(now)s
       AND (SELECT email FROM ({mailable}) AS reader (id, email) WHERE id = subscriber_id)
           = recipient
       AND NOT EXISTS (SELECT FROM newsletter_halt)
       AND NOT EXISTS (SELECT FROM newsletter_morning morning
                        WHERE morning.date = mine.date AND is_paused)
), fenced AS (
    UPDATE newsletter_bundle bundle
       SET lease_until = %(lease)s, claims = 0,
           leaving = ARRAY(SELECT number FROM unnest(mine.leaving) AS number
                            WHERE number <> ALL(%(answered)s)
                            UNION ALL SELECT id FROM allowed WHERE bundle_id = bundle.id)
      FROM mine WHERE bundle.id = mine.id
), sent AS (
    UPDATE newsletter_delivery
       SET state = 'sent', sent_at = %(now)s, attempts = attempts + 1, reason = ''
     WHERE id = ANY(%(sent)s)
       AND (state = 'uncertain' OR state = 'planned' AND bundle_id IN (SELECT id FROM mine))
)
SELECT array_agg(id), nextval('newsletter_fence') FROM allowed
"""


class Postbook:
    """What one worker has in hand, and the ledger in which it enters what becomes of that.

    `results` counts the deliveries that came to each state. `is_over` is set once the fence holds
    back a mail whose reader wants it: there is no use in handing over more. Where she has moved
    meanwhile, only this one is in vain: it is planned still, and the next claim knows where she is.
    """

    def __init__(self, clock: Clock) -> None:
        self.claim = uuid.uuid4()
        self.results = Counter[str]()
        self.is_over = False
        self._clock = clock
        self._renew_at = clock() + settings.LEASE / 10
        self._copies: dict[int, Copy] = {}  # in hand: neither answered nor dropped
        self._left = Counter[int]()  # bundle -> how many of its copies are in hand
        self._begun = set[int]()  # of these, what we let leave
        self._later: dict[int, dt.datetime] = {}  # bundle -> when its others may be claimed
        mailable, parameters = (
            Subscriber.objects.mailable().order_by().values("pk", "email").query.sql_with_params()
        )
        names = {f"mailable_{number}": value for number, value in enumerate(parameters)}
        self._enter = ENTER.format(mailable=mailable % tuple(f"%({name})s" for name in names))
        self._constants = {"claim": self.claim, **names}
        _be_durable()

    def take(self, copies: Iterable[Copy]) -> None:
        """Take the copies of a claimed bundle in hand."""
        for copy in copies:
            self._copies[copy.delivery] = copy
            self._left[copy.bundle] += 1

    def enter(
        self, answered: Sequence[Answered], leaving: Sequence[Message]
    ) -> Collection[Message]:
        """Write down the answers and return which of `leaving` may leave: see `Ledger`."""
        particular = [answer for answer in answered if answer[1] != ACCEPTED]
        for message, outcome in particular:
            if outcome.verdict is Verdict.BAD_ADDRESS:
                suppress(message.recipient, Suppression.Reason.BOUNCED, self._clock())
        recipients = {_number(message): message.recipient for message in leaving}
        with transaction.atomic(durable=True) if particular else nullcontext():
            allowed = self._write(answered, recipients)
            for message, outcome in particular:
                self._record(_number(message), outcome)
        for message, outcome in answered:
            self._put_away(_number(message), RESULTS[outcome.verdict])
        if len(allowed) < len(recipients):
            self._hold_back([number for number in recipients if number not in allowed])
        if not all(self._left.values()):
            self._give_back_what_is_done()
        return [message for message in leaving if message.key in allowed]

    def drop(self, copy: Copy, state: Delivery.State, reason: str) -> None:
        """End a delivery of which no mail can be made, before it has begun."""
        mine = Delivery.objects.waiting().filter(pk=copy.delivery, bundle__claim=self.claim)
        mine.update(state=state, reason=reason)
        self._put_away(copy.delivery, state)

    def set_aside(self, copies: Iterable[Copy], until: dt.datetime) -> None:
        """Let go of copies that cannot leave soon: their bundle may be claimed again then.

        What of it is leaving is answered first.
        """
        for copy in copies:
            del self._copies[copy.delivery]
            self._left[copy.bundle] -= 1
            self._later[copy.bundle] = until
        self._give_back_what_is_done()

    def hold(self) -> None:
        """Renew the lease of what is in hand, from time to time, while nothing of it may leave."""
        now = self._clock()
        if now < self._renew_at:
            return
        self._renew_at = now + settings.LEASE / 10
        Bundle.objects.filter(claim=self.claim).update(lease_until=now + settings.LEASE)

    def close(self) -> None:
        """Give back whatever is still in hand."""
        give_back(self.claim, [*self._left])
        self._left.clear()

    def _write(self, answered: Sequence[Answered], leaving: Mapping[int, str]) -> set[int]:
        """Put up the fence, and write down who has her mail; return what may leave.

        `leaving` are deliveries, and where their mails go.
        """
        now, copies = self._clock(), self._copies
        numbers = [_number(message) for message, _ in answered]
        allowed, entry = _prepared(
            self._enter,
            self._constants
            | {
                "bundles": [*{copies[number].bundle for number in (*numbers, *leaving)}],
                "leaving": [*leaving],
                "recipients": [*leaving.values()],
                "answered": numbers,
                "sent": [_number(message) for message, outcome in answered if outcome == ACCEPTED],
                "now": now,
                "lease": now + settings.LEASE,
            },
        )
        if allowed:
            marker.note(entry)
            self._begun.update(allowed)
        return {*(allowed or ())}

    def _record(self, number: int, outcome: Outcome) -> None:
        """Write down any other answer, under the lock of the entry.

        One that comes after the sweep had given the delivery up still heals it.
        """
        now, state = self._clock(), RESULTS[outcome.verdict]
        changes: dict[str, Any] = {"state": state, "reason": outcome.reason}
        if state == State.SENT:
            changes |= {"sent_at": now, "message_id": outcome.message_id}
        if state == State.PLANNED:
            attempts = self._copies[number].attempts + 1
            again = retry.next_attempt(attempts, now, outcome.retry_after)
            changes["next_attempt_at"] = again
        ours = Q(state=State.PLANNED, bundle__claim=self.claim)
        if number in self._begun:  # or the uncertain one is another worker's
            ours |= Q(state=State.UNCERTAIN)
        Delivery.objects.filter(ours, pk=number).update(attempts=F("attempts") + 1, **changes)

    def _hold_back(self, numbers: list[int]) -> None:
        """See to what may not leave: cancel whose reader left; the rest stays planned."""
        waiting = Delivery.objects.waiting().filter(pk__in=numbers)
        cancelled = cancel_abandoned(waiting.filter(bundle__claim=self.claim))
        self.results += Counter({State.CANCELLED: cancelled, NOT_BEGUN: len(numbers) - cancelled})
        present = waiting.values_list("pk", "subscriber__email")
        are_wanted = [email == self._copies[number].email for number, email in present]
        self.is_over = self.is_over or any(are_wanted)
        for number in numbers:
            self._left[self._copies.pop(number).bundle] -= 1

    def _put_away(self, number: int, state: str) -> None:
        copy = self._copies.pop(number)
        self._begun.discard(number)
        self._left[copy.bundle] -= 1
        self.results[state] += 1

    def _give_back_what_is_done(self) -> None:
        for bundle in [bundle for bundle, count in self._left.items() if not count]:
            give_back(self.claim, [bundle], self._later.pop(bundle, None))
            del self._left[bundle]


def _number(message: Message) -> int:
    """Return the delivery that a message is the mail of."""
    return message.key  # type: ignore[return-value] # what we gave it


def _prepared(statement: str, parameters: dict[str, object]) -> tuple[list[int] | None, int]:
    """Execute a statement that PostgreSQL plans once, not each time; return its one row.

    Django's own cursors put the values into the text, and planning it costs more than all the rest.
    """
    with psycopg.Cursor(connection.connection) as cursor:
        (row,) = cursor.execute(statement, parameters, prepare=True)
        return cast("tuple[list[int] | None, int]", row)


def _be_durable() -> None:
    """See to it that what is committed is on disk, and that statements are committed at all."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        if cursor.fetchone() == ("off",):
            cursor.execute("SET synchronous_commit TO on")
        # PostgreSQL would go on planning for each number of mails anew.
        cursor.execute("SET plan_cache_mode TO force_generic_plan")
