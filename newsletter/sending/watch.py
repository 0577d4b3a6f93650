"""When a transport is left alone, as one worker sees it for one round of sending.

A breaker opens when the other side takes nothing from us, asks for a pause, could not be reached
five times in a row, or answered more than ten of a worker's last hundred mails with neither a yes
nor a no. The answers each worker counts for itself, so a mail that is taken costs no query.
"""

import logging
import time
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from config.clock import Clock
from newsletter.models import Breaker
from newsletter.sending import breaker
from newsletter.sending.outcome import Outcome, Verdict

logger = logging.getLogger(__name__)
TROUBLE = {Verdict.DEFERRED, Verdict.CLOSED, Verdict.UNKNOWN}
MOST_TROUBLE, LAST = 10, 100  # so many of the last so many answers
MOST_FAILURES = 5
BETWEEN_LOOKS = 1.0  # seconds until a worker hears what others found
# For so long a worker waits for the next try, rather than end its round.
PATIENCE = timedelta(seconds=5)


class Turn(Enum):
    """What a worker may do next."""

    SEND = auto()
    WAIT = auto()
    """A try is under way, or soon: ask again in a moment."""
    STOP = auto()


class Watch:
    """A transport as one worker sees it: ask before each mail, note each answer, close it after."""

    def __init__(self, transport: str, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._seen = Breaker(transport=transport)
        self._look_at = 0.0
        self._waits_since: float | None = None
        self._may_try = self._has_tried = False
        self._answers = 0
        self._trouble = deque[int]()  # which of the answers

    def ask(self) -> Turn:
        """Tell whether the next mail may leave; asks PostgreSQL once a second at most."""
        if not self._may_try and time.monotonic() >= self._look_at:
            self._look()
        if self._may_try:
            turn = Turn.WAIT if self._has_tried else Turn.SEND
            self._has_tried = True
            return turn
        if self._seen.retry_at is None:
            self._waits_since = None
            return Turn.SEND
        return Turn.WAIT if self._is_worth_waiting(self._seen.retry_at) else Turn.STOP

    def not_sent(self) -> None:
        """Take back that the next mail leaves: something of its own kept it."""
        self._has_tried = False

    def note(self, outcomes: Sequence[Outcome]) -> None:
        """Take in what became of mails, in their order; only what changes the state is written."""
        trouble = self._count(outcomes)
        for outcome in trouble:
            if outcome.verdict is Verdict.CLOSED or outcome.retry_after is not None:
                self._open(outcome.reason, outcome.retry_after)
                return
        if len(self._trouble) > MOST_TROUBLE:
            self._open(f"{len(self._trouble)} of the last {LAST} mails were not taken")
        elif any(outcome.verdict is Verdict.ACCEPTED for outcome in outcomes):
            self._note_success()
        elif self._may_try and trouble:
            self._open(trouble[-1].reason)
        elif outcomes:  # one reader was refused for good, which says nothing of others: try another
            self._has_tried = False

    def note_failure(self, reason: str) -> None:
        """Take in that the other side could not be reached."""
        if self._seen.retry_at is None:
            if breaker.count_failure(self._transport) >= MOST_FAILURES:
                self._open(reason)
        elif self._may_try:
            self._open(reason)

    def close(self) -> None:
        """Leave a try to others for which there was no mail."""
        if self._may_try:
            breaker.leave_try(self._transport)
            self._may_try = False

    def _look(self) -> None:
        self._look_at = time.monotonic() + BETWEEN_LOOKS
        self._seen = breaker.look(self._transport)
        if self._seen.retry_at and self._seen.retry_at <= self._clock():
            self._may_try = breaker.take_try(self._transport, self._clock())
            self._has_tried = False

    def _is_worth_waiting(self, retry_at: datetime) -> bool:
        if self._waits_since is None:
            self._waits_since = time.monotonic()
        has_waited = time.monotonic() - self._waits_since
        is_soon = retry_at - self._clock() <= PATIENCE
        return is_soon and has_waited < PATIENCE.total_seconds()

    def _count(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Count answers, and return those that were neither a yes nor a no."""
        found = []
        for outcome in outcomes:
            self._answers += 1
            if outcome.verdict is not Verdict.ACCEPTED and outcome.verdict in TROUBLE:
                self._trouble.append(self._answers)
                found.append(outcome)
        while self._trouble and self._trouble[0] <= self._answers - LAST:
            self._trouble.popleft()
        return found

    def _note_success(self) -> None:
        if self._may_try:
            breaker.mend(self._transport)
            logger.warning("%s takes mail again", self._transport)
            self._may_try, self._seen = False, Breaker(transport=self._transport)
        elif self._seen.failures and self._seen.retry_at is None:
            breaker.forget_failures(self._transport)
            self._seen.failures = 0

    def _open(self, reason: str, pause: timedelta | None = None) -> None:
        if self._may_try:
            breaker.fail_try(self._transport, reason, self._clock(), pause)
        else:
            breaker.trip(self._transport, reason, self._clock(), pause)
        self._may_try = False
        self._trouble.clear()
        self._seen = breaker.look(self._transport)
        logger.error("%s is left alone until %s: %s", self._transport, self._seen.retry_at, reason)
