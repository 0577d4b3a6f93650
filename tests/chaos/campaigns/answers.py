"""The mail server misbehaves at every step of the dialogue; each answer leads to its own class."""

import datetime as dt
import ssl
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from tempfile import NamedTemporaryFile

from certificate import CERTIFICATE, KEY
from django.db.models import Q
from django.utils import timezone
from smtp_server import USUAL, Act, Answer, Conversation, Mail, SMTPServer

from chaos import rows
from chaos.campaigns import Orders
from chaos.judge import Judgement, judge
from chaos.log import Taken
from chaos.stage import Stage
from newsletter.compose import compose
from newsletter.models import Breaker, Delivery
from newsletter.sending.outcome import ClosedError
from newsletter.sending.send import send_ready
from newsletter.sending.smtp import Client, Patience, Security, Server
from newsletter.sending.sweep import sweep

HOST = "127.0.0.1"
READERS = 5
ROUNDS = 4
MOST_CONNECTIONS = 20
PATIENCE = Patience(connect=0.5, answer=0.5, content=0.5, final=0.5)
LATER = dt.timedelta(hours=2)  # every wait is over by then
PIPELINING = "250-loopback\r\n250 PIPELINING"
State = Delivery.State

SENT, PUT_OFF, FAILED, UNCERTAIN, CLOSED = "sent", "put off", "failed", "uncertain", "closed"
PASSING = {PUT_OFF}
GONE = {PUT_OFF, SENT}  # given back, if the connection had carried a mail before
OURS = {CLOSED}
FAULTS: dict[tuple[str, Answer], set[str]] = {
    ("CONNECT", "421 4.3.2 Busy"): OURS,
    ("CONNECT", "554 5.7.1 No"): OURS,
    ("CONNECT", "What?"): OURS,
    ("CONNECT", Act.DROP): OURS,
    ("CONNECT", Act.SILENCE): OURS,
    ("EHLO", "421 4.3.2 Busy"): {CLOSED, SENT},  # HELO is tried
    ("EHLO", Act.DROP): OURS,
    ("EHLO", Act.SILENCE): OURS,
    ("MAIL", "451 4.3.0 Later"): PASSING,
    ("MAIL", "421 4.3.2 Bye"): GONE,
    ("MAIL", "550 5.1.8 Not you"): OURS,
    ("MAIL", "553 5.7.1 Not you"): OURS,
    ("MAIL", "What?"): GONE,
    ("MAIL", Act.DROP): GONE,
    ("MAIL", Act.SILENCE): GONE,
    ("RCPT", "450 4.2.1 Greylisted"): PASSING,
    ("RCPT", "452 4.2.2 Full"): PASSING,
    ("RCPT", "421 4.3.2 Bye"): GONE,
    ("RCPT", "550 5.1.1 Nobody"): {FAILED},
    ("RCPT", "554 No"): {FAILED},
    ("RCPT", "550 5.7.1 Blocked"): OURS,
    ("RCPT", "530 5.7.0 Log in"): OURS,
    ("RCPT", "What?"): GONE,
    ("RCPT", Act.DROP): GONE,
    ("RCPT", Act.SILENCE): GONE,
    ("DATA", "451 4.3.0 Later"): PASSING,
    ("DATA", "421 4.3.2 Bye"): GONE,
    ("DATA", "554 5.6.0 No"): {FAILED},
    ("DATA", "What?"): GONE,
    ("DATA", Act.DROP): GONE,
    ("DATA", Act.SILENCE): GONE,
    ("BODY", Act.DROP): {PUT_OFF, UNCERTAIN},  # the whole mail may lie in the sockets between
    (".", "451 4.3.0 Later"): PASSING,
    (".", "421 4.3.2 Bye"): PASSING,
    (".", "554 5.6.0 Spam"): {FAILED},
    (".", "550 5.1.1 Nobody"): {FAILED},
    (".", "550 5.7.1 Spam"): OURS,
    (".", "What?"): {UNCERTAIN},
    (".", Act.DROP): {UNCERTAIN},
    (".", Act.TAKE_AND_DROP): {UNCERTAIN},
    (".", Act.SILENCE): {UNCERTAIN},
}


def run(_: Stage, orders: Orders) -> Judgement:
    """Play every fault, in every manner, against the mail server of the tests."""
    scenes = [*_scenes(orders)]
    taken: list[Taken] = []
    wrong: list[str] = []
    for number, scene in enumerate(scenes):
        rows.morning(READERS, first=number * READERS)
        compose(timezone.now())
        with SMTPServer() as server:
            found = scene.play(server)
            # An empty one is a dialogue's way out, where nobody is to get it (RFC 2920, 3.1).
            taken += [_read(mail) for mail in server.mails if mail.wire]
        if scene.is_wrong(found):
            wrong.append(f"{scene}: {dict(found)}")
    bound = sum(UNCERTAIN in scene.expected for scene in scenes)
    judgement = judge(taken, due=READERS * len(scenes), bound=bound)
    return judgement.noting({"faults": len(scenes)}, wrong)


class Manner(StrEnum):
    """How the dialogue is spoken. A server that leaves amid TLS cuts it without a goodbye."""

    PIPELINED = "pipelined"
    ONE_BY_ONE = "one by one"
    SECURE = "over TLS"


class SecureConversation(Conversation):
    """The same, over TLS from the first byte."""

    def setup(self) -> None:
        """Shake hands."""
        with NamedTemporaryFile("w") as file:
            file.write(KEY + CERTIFICATE)
            file.flush()
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(file.name)
        self.request = tls.wrap_socket(self.request, server_side=True)
        super().setup()


@dataclass(frozen=True, slots=True)
class Scene:
    """A fault that comes the so many-th time that a step does."""

    step: str
    answer: Answer
    manner: Manner
    time: int

    def __str__(self) -> str:
        said = self.answer.name if isinstance(self.answer, Act) else self.answer
        return f"{self.step} {self.time}: {said}, {self.manner}"

    @property
    def expected(self) -> set[str]:
        """What it may lead to."""
        return FAULTS[self.step, self.answer]

    def is_wrong(self, found: Counter[str]) -> bool:
        """Whether it led to anything else, or to more than it may."""
        harmless = {PUT_OFF} if CLOSED in found else set()
        is_for_one = found[FAILED] + found[UNCERTAIN] <= 1
        return not (found.keys() & self.expected and is_for_one) or bool(
            found.keys() - self.expected - harmless
        )

    def play(self, server: SMTPServer) -> Counter[str]:
        """Send into the fault, then again until all is settled; return what the fault led to."""
        hello = PIPELINING if self.manner is Manner.PIPELINED else USUAL["EHLO"]
        usual = hello if self.step == "EHLO" else USUAL.get(self.step, "250 OK")
        server.answer(self.step, *[usual] * (self.time - 1), self.answer)
        server.answer("EHLO", *[hello] * MOST_CONNECTIONS)
        Breaker.objects.all().delete()
        if self.manner is Manner.SECURE:
            server.RequestHandlerClass = SecureConversation
        found = _send(server, self.manner, timezone.now())
        for round_ in range(1, ROUNDS):
            _send(server, self.manner, timezone.now() + round_ * LATER)
        return found


def _scenes(orders: Orders) -> Iterator[Scene]:
    for step, answer in FAULTS:
        for manner in Manner:
            for _ in range(orders.of(1, 20)):
                is_first = step in {"CONNECT", "EHLO"}
                time = 1 if is_first else orders.chance.randint(1, READERS)
                yield Scene(step, answer, manner, time)


def _send(server: SMTPServer, manner: Manner, now: dt.datetime) -> Counter[str]:
    """Send what is ready; return what became of the mails that were not taken."""
    before = {state: _count(state) for state in STATES}
    found = Counter[str]()
    sweep(now)
    security = Security.TLS if manner is Manner.SECURE else Security.PLAIN
    context = _trusting() if manner is Manner.SECURE else None
    there = Server(HOST, server.port, security, patience=PATIENCE, context=context)
    with Client(there, connections=1) as client:
        try:
            send_ready(client, lambda: now)
        except ClosedError:
            found[CLOSED] = 1
    found += Counter({state: _count(state) - before[state] for state in STATES})
    return found or Counter({SENT: 1})


def _trusting() -> ssl.SSLContext:
    """Trust the tests' certificate, though it is another host's."""
    tls = ssl.create_default_context(cadata=CERTIFICATE)
    tls.check_hostname = False
    return tls


def _count(state: str) -> int:
    return Delivery.objects.filter(STATES[state]).count()


def _read(mail: Mail) -> Taken:
    message_id = mail.content.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()
    return Taken(0, mail.recipient.removeprefix("TO:<").removesuffix(">"), message_id)


STATES = {
    PUT_OFF: Q(next_attempt_at__isnull=False),
    FAILED: Q(state=State.FAILED),
    UNCERTAIN: Q(state=State.UNCERTAIN),
}
