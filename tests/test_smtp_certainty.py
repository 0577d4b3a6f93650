"""Whatever a server says, however its bytes are cut, wherever it leaves: no wrong certainty."""

import random
from collections import Counter, deque
from dataclasses import dataclass, field

from hypothesis import event, given, settings
from hypothesis import strategies as st

from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.smtp.dialogue import Dialogue
from newsletter.sending.smtp.offers import Offers

USUAL = {"MAIL": "250 Ok", "RCPT": "250 Ok", "DATA": "354 Go", ".": "250 Taken", "RSET": "250 Ok"}
REFUSALS = ["451 4.3.0 Busy", "550 5.1.1 Unknown", "550-5.7.1 No\r\n550 5.7.1 No"]
ODDITIES = [
    "421 4.3.2 Bye",
    "503 5.5.1 What",
    "hello",
    "199 Hm",
    "250 Ok\r\n250 Again",
    "354 Go",
    "250 Ok\r\n354 Go",
]


@dataclass
class ModelServer:
    """Follows RFC 5321 where `whims` has nothing else to say."""

    whims: random.Random
    wildness: float
    is_polite: bool = False  # refuses now and then, and says nothing strange
    taken: list[bytes] = field(default_factory=list)
    said: bytes = b""
    refused: int = 0  # mails, on a whim
    _heard: bytes = b""
    _has_sender: bool = False
    _has_recipient: bool = False
    _content: list[bytes] | None = None

    def hear(self, data: bytes) -> None:
        *lines, self._heard = (self._heard + data).split(b"\r\n")
        for line in lines:
            self._obey(line) if self._content is None else self._add(line)

    def _obey(self, line: bytes) -> None:
        verb = line[:4].decode("latin-1")
        if verb == "MAIL":
            agrees = self._refuses() if self._has_sender else self._agrees(verb)
            # Some servers refuse a sender, and forget that they did.
            self._has_sender = agrees or self._is_odd()
        elif verb == "RCPT":
            self._has_recipient = self._agrees(verb) if self._has_sender else self._refuses()
        elif verb == "DATA":
            # Some servers ask for a mail to nobody (RFC 2920, section 3.1).
            asks = self._has_recipient or self._is_odd()
            self._content = [] if asks and self._agrees(verb) else None
            if not asks:
                self._refuses()
        elif verb == "RSET":
            self._has_sender = self._has_recipient = False
            self._agrees(verb)
        else:
            self._refuses()

    def _add(self, line: bytes) -> None:
        assert self._content is not None
        if line != b".":
            self._content.append(line.removeprefix(b"."))
            return
        takes = self._has_recipient and self.whims.random() > self.wildness
        if takes:
            self.taken.append(b"".join(line + b"\r\n" for line in self._content))
            # What it says may be nonsense, but it is no refusal.
            odd = self.whims.choice(["hello", "199 Hm", "354 Go"])
            self._say(odd if self._is_odd() else USUAL["."])
        else:
            self.refused += 1
            self._say(self.whims.choice(REFUSALS))
        self._content, self._has_sender, self._has_recipient = None, False, False

    def _agrees(self, verb: str) -> bool:
        answer = USUAL[verb]
        can_refuse = verb != "RSET" or not self.is_polite
        if can_refuse and self.whims.random() < self.wildness:
            self.refused += 1
            # After its 354 nobody can tell a stray answer from the one to the final dot.
            strange = [one for one in ODDITIES if verb != "DATA" or "\n" not in one]
            answer = self.whims.choice(REFUSALS + strange * (not self.is_polite))
        self._say(answer)
        return answer[0] == USUAL[verb][0]

    def _refuses(self) -> bool:
        self._say("503 5.5.1 What" if not self._is_odd() else "421 4.3.2 Bye")
        return False

    def _is_odd(self) -> bool:
        return not self.is_polite and self.whims.random() < self.wildness

    def _say(self, answer: str) -> None:
        self.said += answer.encode() + b"\r\n"


@dataclass
class Exchange:
    """A dialogue, a server and the wire between them, moved a few bytes at a time."""

    dialogue: Dialogue
    server: ModelServer
    whims: random.Random
    waiting: deque[Message]
    denied: list[Message] = field(default_factory=list)
    allowed: list[Message] = field(default_factory=list)

    def go(self, steps: int) -> None:
        for _ in range(steps):
            if self.dialogue.is_over:
                return
            self.whims.choice([self.give, self.decide, self.write, self.read, self.write])()
            assert len(self.server.taken) <= self.certain + 1
        self.dialogue.lose("the test ends")

    @property
    def certain(self) -> int:
        return sum(outcome.verdict is Verdict.ACCEPTED for _, outcome in self.dialogue.settled)

    def give(self) -> None:
        if self.waiting and self.dialogue.wants_message:
            self.dialogue.give(self.waiting.popleft())

    def decide(self) -> None:
        if (message := self.dialogue.at_the_door) and self.whims.random() < 0.05:
            self.denied.append(message)
            self.dialogue.deny()
        else:
            self.allow()

    def allow(self) -> None:
        if message := self.dialogue.at_the_door:
            self.allowed.append(message)
            self.dialogue.allow()

    def write(self) -> None:
        data = bytes(self.dialogue.outgoing)
        count = self.whims.choice([len(data), self.whims.randint(0, len(data))])
        if count:
            self.dialogue.written(count)
            # What left may be lost on the way: that shows only in a connection that breaks.
            self.server.hear(data[:count])

    def read(self) -> None:
        said = self.server.said
        count = self.whims.choice([len(said), self.whims.randint(0, len(said))])
        if count:
            self.server.said = said[count:]
            self.dialogue.receive(said[:count])


def message(number: int) -> Message:
    lines = [b"Message-ID: <%d@news.example.org>" % number, b"", b".", b"..two", b"RCPT TO:<x>"]
    content = to_wire(b"\r\n".join(lines))
    return Message("p@example.org", f"ada-{number}@example.org", content, key=number)


def dots_removed(message: Message) -> bytes:
    return message.content.replace(b"\r\n.", b"\r\n")


@settings(max_examples=1_000, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    wildness=st.sampled_from([0.0, 0.05, 0.3]),
    pipelining=st.booleans(),
    steps=st.integers(10, 400),
)
def test_no_certainty_is_wrong_and_no_mail_is_forgotten_or_doubled(
    *, seed: int, wildness: float, pipelining: bool, steps: int
) -> None:
    whims = random.Random(seed)  # noqa: S311 - whims are no secrets
    messages = [message(number) for number in range(8)]
    exchange = Exchange(
        Dialogue(Offers(pipelining=pipelining)),
        ModelServer(whims, wildness),
        whims,
        deque(messages),
    )
    exchange.go(steps)
    outcomes = settled_once(exchange, messages)
    taken = Counter(exchange.server.taken)
    assert {*taken} <= {dots_removed(message) for message in messages}
    for given_message in messages:
        verdict = outcomes.get(given_message)
        was_taken = taken[dots_removed(given_message)]
        assert was_taken <= 1
        assert verdict is not Verdict.ACCEPTED or was_taken
        assert verdict in {Verdict.ACCEPTED, Verdict.UNKNOWN} or not was_taken
        assert given_message in exchange.allowed or not was_taken
        event(f"{verdict} {bool(was_taken)}")
    assert list(outcomes.values()).count(Verdict.UNKNOWN) <= 1


@settings(deadline=None)
@given(seed=st.integers(0, 2**32), pipelining=st.booleans())
def test_refusals_alone_end_no_connection_and_touch_no_other_mail(
    *, seed: int, pipelining: bool
) -> None:
    whims = random.Random(seed)  # noqa: S311 - whims are no secrets
    messages = [message(number) for number in range(8)]
    server = ModelServer(whims, 0.2, is_polite=True)
    exchange = Exchange(Dialogue(Offers(pipelining=pipelining)), server, whims, deque(messages))
    for _ in range(100 * len(messages)):
        for act in (exchange.give, exchange.allow, exchange.write, exchange.read):
            act()
    assert not exchange.dialogue.is_over
    outcomes = settled_once(exchange, messages)
    taken = [one for one in messages if outcomes[one] is Verdict.ACCEPTED]
    assert server.taken == [dots_removed(one) for one in taken]
    assert server.refused == len(messages) - len(taken)


def settled_once(exchange: Exchange, messages: list[Message]) -> dict[Message, Verdict]:
    """Return the verdicts, having seen that each mail is in one place only."""
    dialogue = exchange.dialogue
    places = [message for message, _ in dialogue.settled]
    places += [*dialogue.untried, *exchange.denied, *exchange.waiting]
    assert Counter(places) == Counter(messages)
    return {message: outcome.verdict for message, outcome in dialogue.settled}


def test_a_dialogue_lost_after_any_byte_is_in_doubt_exactly_from_the_final_dot_on() -> None:
    words = len(b"MAIL FROM:<p@example.org>\r\nRCPT TO:<ada-1@example.org>\r\nDATA\r\n")
    mail = message(1)
    for count in range(len(mail.content) + len(b".\r\n") + 1):
        dialogue = Dialogue(Offers(pipelining=True))
        dialogue.give(mail)
        dialogue.written(words)
        dialogue.receive(b"250 Ok\r\n250 Ok\r\n354 Go\r\n")
        dialogue.allow()
        dialogue.written(count)
        dialogue.receive(b"")
        [(_, outcome)] = dialogue.settled
        is_in_doubt = count > len(mail.content)
        assert outcome == Outcome(
            Verdict.UNKNOWN if is_in_doubt else Verdict.DEFERRED,
            "the connection broke: the server left",
        )
