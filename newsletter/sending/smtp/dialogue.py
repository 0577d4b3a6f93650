"""The words for mail on one open connection: bytes in, bytes out, no socket.

    client                                   server
    MAIL RCPT DATA              (mail 1) ->
                                         <-  250 250 354
    content 1 . MAIL RCPT DATA  (mail 2) ->
                                         <-  250, 250 250 354
    content 2 . MAIL RCPT DATA  (mail 3) ->

One exchange a mail where the server takes commands in groups (PIPELINING, RFC 2920), the content
of one mail travelling with the envelope of the next; else one command at a time. Either way no
content leaves before the answer to the final dot of the mail before it has come: of all that a
connection carries, one mail at most can be in doubt.

What a lost connection means depends on the phase it was in:

    the final dot may have left, no answer     unknown
    content had begun to leave                 surely not taken: deferred
    a refusal had been given                   that refusal, whatever else was still to come
    envelope, first mail of the connection     surely not taken: deferred
    envelope, a later mail                     given back: more likely the server had enough of the
                                               connection than of the mail
"""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from newsletter.sending.message import Message
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.smtp.answers import Answer, AnswerError, AnswerReader
from newsletter.sending.smtp.offers import Offers
from newsletter.sending.smtp.refusals import REFUSALS, refusal, refusal_of_sender
from newsletter.sending.smtp.turn import DOT, Turn

OK, START_MAIL_INPUT = {250, 251, 252}, 354
OUT_OF_SEQUENCE, SERVICE_CLOSING = 503, 421
ACCEPTED = Outcome(Verdict.ACCEPTED)

_Handler = Callable[[Answer], None]
_Command = tuple[bytes, tuple[_Handler, ...]]  # words, and who takes each of the answers to them


class Wait(Enum):
    """What the connection is waiting for."""

    NOTHING = auto()
    """For us: there is no mail, or nobody has allowed it to leave yet."""
    ROOM = auto()
    """For the server to read what we write."""
    ANSWER = auto()
    """For the answer to a command."""
    FINAL_ANSWER = auto()
    """For the answer to the final dot."""


class Dialogue:
    """Speaks for up to two mails at a time: one under way, and the one behind it.

    Whoever drives it gives mails while `wants_message`, writes `outgoing` and says how much of it
    has left, hands over what was received, and calls `allow` or `deny` once `at_the_door` holds a
    mail. Each mail given comes back once: in `settled` with its outcome, or in `untried` as if it
    had never been given; only who denies a mail hears no more of it.
    """

    def __init__(self, offers: Offers) -> None:
        self.settled: list[tuple[Message, Outcome]] = []
        self.untried: list[Message] = []
        self.is_over = False
        self.progress = 0
        """Grows with each answer, and each time that all there was to write has left."""
        self._offers = offers
        self._reader = AnswerReader()
        self._turns: deque[Turn] = deque()
        self._commands: deque[_Command] = deque()  # to be written
        self._expected: deque[_Handler] = deque()  # for what was written: who takes the answer
        self._pieces: list[bytes | memoryview] = []
        self._queued = self._left = 0  # bytes since the beginning
        self._needs_reset = self._has_carried = False

    # What the driver asks

    @property
    def wants_message(self) -> bool:
        """Whether giving a mail now would be of use."""
        turns = self._turns
        if self.is_over or not turns:
            return not self.is_over
        return len(turns) == 1 and self._offers.pipelining and turns[0].is_at_the_door_or_beyond

    @property
    def at_the_door(self) -> Message | None:
        """The mail that would leave next, the server being ready for it."""
        turns = self._turns
        return turns[0].message if turns and turns[0].is_at_the_door else None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._turns

    @property
    def may_be_in_doubt(self) -> bool:
        """Whether content has begun to leave whose answer is still to come."""
        return bool(self._turns) and self._turns[0].has_begun

    @property
    def waits_for(self) -> Wait:
        """What must happen next."""
        if self._left < self._queued:
            return Wait.ROOM
        if not self._expected:
            return Wait.NOTHING
        is_final = self._expected[0] == self._on_final_dot
        return Wait.FINAL_ANSWER if is_final else Wait.ANSWER

    @property
    def outgoing(self) -> bytes | memoryview:
        """The bytes to write."""
        if len(self._pieces) > 1:
            self._pieces = [b"".join(self._pieces)]
        return self._pieces[0] if self._pieces else b""

    # What the driver does

    def give(self, message: Message) -> None:
        """Take a mail, to be sent after the one under way."""
        turn = Turn(message)
        if obstacle := turn.obstacle(self._offers):
            self.settled.append((message, Outcome(Verdict.REFUSED, obstacle)))
            return
        self._turns.append(turn)
        if len(self._turns) == 1 or self._turns[0].has_begun:
            self._open_envelope(turn)

    def allow(self) -> None:
        """Let the mail at the door leave: from here on it may be in doubt."""
        if self._reader.is_amid_an_answer:  # which could pass for the answer to the final dot
            self.lose("an answer to nothing")
            return
        turn = self._turns[0]
        turn.is_at_the_door = False
        turn.dot_at = self._queued + len(turn.message.content)
        self._say(turn.message.content)
        self._say(DOT, self._on_final_dot)
        if len(self._turns) > 1:
            self._open_envelope(self._turns[1])

    def deny(self) -> None:
        """Keep the mail at the door back. DATA cannot be taken back: the connection has to end."""
        self._turns.popleft()
        self._end()

    def written(self, count: int) -> None:
        """Note that so many bytes of `outgoing` may have left."""
        self._left += count
        rest = self.outgoing[count:]
        self._pieces = [memoryview(rest)] if rest else []
        self.progress += not rest

    def receive(self, data: bytes) -> None:
        """Take what the server says; nothing at all means that it has gone."""
        if not data:
            self.lose("the server left")
            return
        try:
            answers = self._reader.feed(data)
        except AnswerError:
            self.lose("the server says too much")
            return
        for answer in answers:
            if self.is_over:
                return
            self._take(answer)

    def lose(self, why: str) -> None:
        """End without another word, for a reason that must name nobody."""
        if not self.is_over:
            self._settle_lost(Outcome(Verdict.DEFERRED, f"the connection broke: {why}"))
            self._end()

    def leave(self) -> None:
        """End because we want to: a mail that has not begun to leave is not to blame for it."""
        self._has_carried = True
        self.lose("we left")

    # Envelopes

    def _open_envelope(self, turn: Turn) -> None:
        mail, rcpt, data = turn.envelope()
        commands: list[_Command]
        if self._offers.pipelining:
            handlers = (self._on_mail, self._on_recipient, self._on_data)
            commands = [(mail + rcpt + data, handlers)]
        else:
            commands = [
                (mail, (self._on_mail,)),
                (rcpt, (self._on_recipient,)),
                (data, (self._on_data,)),
            ]
        if self._needs_reset:
            self._needs_reset = False
            commands.insert(0, (b"RSET\r\n", (self._on_reset,)))
        self._commands.extend(commands)
        self._say_more()

    def _say_more(self) -> None:
        """Write the next command, or all of them at once where the server takes that."""
        while self._commands and (self._offers.pipelining or not self._expected):
            words, handlers = self._commands.popleft()
            self._say(words, *handlers)

    def _say(self, words: bytes, *handlers: _Handler) -> None:
        self._pieces.append(words)
        self._queued += len(words)
        self._expected.extend(handlers)

    # Answers

    def _take(self, answer: Answer) -> None:
        self.progress += 1
        if not self._expected:
            is_goodbye = answer.code == SERVICE_CLOSING
            self.lose("the server closed it" if is_goodbye else "an answer to nothing")
            return
        self._expected.popleft()(answer)
        if answer.code == SERVICE_CLOSING:
            self.lose("the server closed it")
        elif not self.is_over:
            self._say_more()

    def _on_reset(self, answer: Answer) -> None:
        if answer.code not in OK:
            self.lose("the server could not begin anew")

    def _on_mail(self, answer: Answer) -> None:
        if answer.code not in OK:
            self._on_refused_envelope(answer, refusal_of_sender)

    def _on_recipient(self, answer: Answer) -> None:
        if answer.code in OK:
            self._turns[0].has_recipient = True
        else:
            self._on_refused_envelope(answer, refusal)

    def _on_data(self, answer: Answer) -> None:
        turn = self._turns[0]
        if answer.code != START_MAIL_INPUT:
            self._on_refused_envelope(answer, refusal)
            if not self.is_over:
                self._settle_refused()
        elif not turn.refusal:
            turn.is_at_the_door = True
        elif turn.has_recipient:  # an empty mail could reach her
            self.lose("the server is out of step")
        else:  # RFC 2920, section 3.1: an empty mail, to nobody
            self._say(DOT, self._on_empty_mail)

    def _on_refused_envelope(self, answer: Answer, classed: Callable[[Answer], Outcome]) -> None:
        """Note a refusal. What else was said in the same group is still to be answered."""
        turn = self._turns[0]
        if answer.code not in REFUSALS:
            self.lose("an answer that is neither yes nor no")
        elif turn.refusal:  # which is why this was refused as well
            return
        elif self._has_carried and answer.code in {SERVICE_CLOSING, OUT_OF_SEQUENCE}:
            self.lose("the server had enough of it")
        else:
            turn.refusal = classed(answer)
            if not self._offers.pipelining:
                self._commands.clear()
                self._settle_refused()

    def _on_empty_mail(self, _answer: Answer) -> None:
        self._settle_refused()

    def _on_final_dot(self, answer: Answer) -> None:
        turn = self._turns[0]
        is_early = self._left < turn.end
        if answer.code in OK and not is_early:
            self._settle(ACCEPTED)
        elif answer.code in REFUSALS:
            self._settle(refusal(answer))
            if is_early:  # and the rest of the content is not to follow
                self.lose("the server has heard enough")
        else:
            self.lose("an answer that is neither yes nor no")

    # Ends

    def _settle_refused(self) -> None:
        if not self._turns or not (outcome := self._turns[0].refusal):
            return
        self._needs_reset = True
        self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        self.settled.append((self._turns.popleft().message, outcome))
        self._has_carried = True

    def _settle_lost(self, deferred: Outcome) -> None:
        """Settle the mail that is under way when the connection ends."""
        if not self._turns:
            return
        turn = self._turns[0]
        if turn.refusal:
            self._settle(turn.refusal)
        elif turn.has_begun and self._left > turn.dot_at:
            self._settle(Outcome(Verdict.UNKNOWN, deferred.reason))
        elif turn.has_begun or not self._has_carried:
            self._settle(deferred)

    def _end(self) -> None:
        self.is_over = True
        self.untried += [turn.message for turn in self._turns]
        self._turns.clear()
        self._expected.clear()
        self._pieces.clear()
        self._left = self._queued
