"""From a source of mails over several connections into a ledger, round after round."""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from time import monotonic

from newsletter.sending.ledger import Answered, Ledger
from newsletter.sending.message import Message
from newsletter.sending.outcome import ClosedError, Outcome, Verdict
from newsletter.sending.smtp.line import Line
from newsletter.sending.smtp.lines import Lines

PAUSE = 0.02  # seconds until a source that had nothing is asked again


class Run:
    """Sends what one source has over the lines there are, and opens more as they are wanted."""

    def __init__(
        self,
        lines: Lines,
        source: Iterator[Message | None],
        ledger: Ledger,
        connections: int,
        ahead: int,
    ) -> None:
        self.lines = lines
        self.ledger = ledger
        self.wanted = connections
        self.ahead = ahead
        self.closed = ""
        self._source = source
        self._is_exhausted = False
        self._ask_again = 0.0
        self._queue: deque[Message] = deque()  # taken from the source, and not given to a line
        self._leaving: set[Message] = set()  # entered as leaving, and not answered
        self._answered: list[Answered] = []  # and not entered
        self._is_entering = False
        self._hungry = [*lines.opened]  # lines that nothing was there for

    def go(self) -> None:
        """Send everything."""
        self._serve([])
        while self._is_under_way():
            ready = self.lines.listen(self._wait())
            self._note_failure()
            self._serve(ready)
            if self.closed:
                self._leave()
        leaving, self._leaving = self._leaving, set()
        never_left = Outcome(Verdict.DEFERRED, "it never left: the mail server was closed to us")
        self._answered += [(message, never_left) for message in leaving]
        self._enter([])
        if self.closed:
            raise ClosedError(self.closed)

    def abandon(self) -> None:
        """Hang up and enter all that was leaving as in doubt, unless it is the ledger that failed.

        No line is asked what became of its mail: whatever ended the run may have cut in between a
        write and the note of it.
        """
        for line in [*self.lines.opened]:
            self.lines.drop(line)
        if self._is_entering:
            return
        in_doubt = Outcome(Verdict.UNKNOWN, "we were interrupted")
        self._answered += [(message, in_doubt) for message in self._leaving]
        if self._answered:
            self.ledger.enter(self._answered, [])

    def _is_under_way(self) -> bool:
        if any(not line.dialogue.is_idle for line in self.lines.opened):
            return True
        return not self.closed and (bool(self._queue) or not self._is_exhausted)

    def _wait(self) -> float | None:
        """Say for how long to listen; None is until something happens."""
        if self._hungry and self._queue:
            return 0
        if self._is_exhausted:
            return None
        pause = self._ask_again - monotonic()
        return max(pause, 0) if self._hungry or pause > 0 else None

    # One round: collect answers, enter, let leave

    def _serve(self, ready: list[Line]) -> None:
        for line in ready:
            self._collect(line)
        self._enter(ready)
        hungry, self._hungry = self._hungry, []
        for line in dict.fromkeys([*ready, *hungry]):
            if not line.dialogue.is_over:
                self._feed(line)
        self._open_lines()

    def _collect(self, line: Line) -> None:
        """Take the outcomes from a line, and what it gives back."""
        dialogue = line.dialogue
        for message, outcome in dialogue.settled:
            self._leaving.discard(message)
            self._answered.append((message, outcome))
            if outcome.verdict is Verdict.CLOSED:
                self.closed = outcome.reason
        dialogue.settled.clear()
        if dialogue.is_over:
            self._queue.extendleft(reversed(dialogue.untried))
            dialogue.untried.clear()
            if line in self.lines.opened:
                self.lines.drop(line)

    def _enter(self, ready: list[Line]) -> None:
        doors = [line.dialogue.at_the_door for line in ready]
        leaving = [mail for mail in doors if mail and mail not in self._leaving]
        if self.closed:
            leaving = []
        elif self.ahead and len(self._queue) <= len(ready) + len(self._hungry):
            fresh = self._take(self.ahead)
            self._queue += fresh
            leaving += fresh
        if not leaving and self._can_wait_to_enter():
            return
        self._is_entering = True
        answered, self._answered = self._answered, []
        allowed = self.ledger.enter(answered, leaving)
        self._is_entering = False
        self._leaving.update(allowed)
        if self.ahead and len(allowed) < len(leaving):
            self._queue = deque(mail for mail in self._queue if mail in self._leaving)

    def _can_wait_to_enter(self) -> bool:
        """Whether what was answered, if anything, may wait for the next mails that leave."""
        has_room = len(self._answered) < self.ahead
        return not self._answered or (has_room and self._is_busy())

    def _is_busy(self) -> bool:
        return not (self._is_exhausted or self.closed or monotonic() < self._ask_again)

    def _feed(self, line: Line) -> None:
        """Let the mail at the door leave, the next one behind it."""
        dialogue = line.dialogue
        message = dialogue.at_the_door
        if message in self._leaving and not self.closed:
            self._give(line)
            dialogue.allow()
        elif message:
            dialogue.deny()
        self._give(line)
        self.lines.write(line)
        if dialogue.wants_message:
            self._hungry.append(line)
        if dialogue.settled or dialogue.is_over:
            self._collect(line)

    def _give(self, line: Line) -> None:
        while line.dialogue.wants_message and (message := self._next()):
            line.dialogue.give(message)

    # Where mails come from

    def _next(self) -> Message | None:
        if self.closed:
            return None
        if self._queue:
            return self._queue.popleft()
        return next(iter(self._take(1)), None) if not self.ahead else None

    def _take(self, count: int) -> list[Message]:
        """Take up to so many mails from the source."""
        if self._is_exhausted or monotonic() < self._ask_again:
            return []
        taken: list[Message] = []
        for message in islice(self._source, count):
            if message is None:
                self._ask_again = monotonic() + PAUSE
                return taken
            taken.append(message)
        self._is_exhausted = len(taken) < count
        return taken

    # Connections

    def _open_lines(self) -> None:
        """Open as many connections as there are mails that none takes."""
        room = self.wanted - len(self.lines.opened) - self.lines.opening
        if room <= 0 or self._hungry or self.closed:
            return
        if not self.ahead:
            self._queue += self._take(max(room + self.lines.opening - len(self._queue), 0))
        for _ in range(min(room, len(self._queue) - self.lines.opening)):
            self.lines.open()

    def _note_failure(self) -> None:
        """Make do with the connections there are, if a further one could not be opened."""
        failure, self.lines.failure = self.lines.failure, ""
        if failure:
            others = len(self.lines.opened) + self.lines.opening
            self.wanted = max(1, others)
            self.closed = self.closed or ("" if others else failure)

    def _leave(self) -> None:
        """Hang up wherever no answer to a final dot is to come."""
        for line in [*self.lines.opened]:
            if not line.dialogue.may_be_in_doubt:
                line.dialogue.leave()
                self._collect(line)
