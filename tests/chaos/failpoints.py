"""Named places in the product at which a worker dies or freezes, the n-th time that it comes by.

The product knows nothing of them: each is put around a function, in one process.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from signal import Signals
from typing import Any

from django.db.transaction import Atomic

from chaos.patches import put
from config.local import mailbox
from newsletter.printing.press import Press
from newsletter.sending import postbook, send
from newsletter.sending.postbook import Postbook
from newsletter.sending.smtp.dialogue import Dialogue, Wait
from newsletter.sending.smtp.line import Line

Hit = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Failpoint:
    """Where, the how many-th time, and what happens: SIGKILL, or SIGSTOP until it is woken."""

    name: str
    time: int
    signal: Signals

    def arm(self) -> None:
        """Put it in this process."""
        left = self.time

        def hit() -> None:
            nonlocal left
            left -= 1
            if not left:
                os.kill(os.getpid(), self.signal)

        _ALL[self.name](hit)


def _before(owner: object, name: str) -> Callable[[Hit], None]:
    def arm(hit: Hit) -> None:
        act = getattr(owner, name)

        @wraps(act)
        def acting(*args: Any, **options: Any) -> Any:
            hit()
            return act(*args, **options)

        put(owner, name, acting)

    return arm


def _after(
    owner: object, name: str, when: Callable[..., bool] = lambda *_: True
) -> Callable[[Hit], None]:
    def arm(hit: Hit) -> None:
        act = getattr(owner, name)

        @wraps(act)
        def acting(*args: Any, **options: Any) -> Any:
            result = act(*args, **options)
            if when(*args):
                hit()
            return result

        put(owner, name, acting)

    return arm


def _amid_a_body(hit: Hit) -> None:
    """Let half of a mail leave."""
    write = Line.write

    def writing(line: Line) -> bool:
        dialogue, outgoing = line.dialogue, line.dialogue.outgoing
        if dialogue.may_be_in_doubt and len(outgoing) > _LONG:
            dialogue.written(line.sock.send(outgoing[: len(outgoing) // 2]))
            hit()
        return write(line)

    put(Line, "write", writing)


def _has_sent_a_dot(line: Line) -> bool:
    return line.dialogue.waits_for is Wait.FINAL_ANSWER


def _has_heard(dialogue: Dialogue, _: bytes) -> bool:
    return bool(dialogue.settled)


_LONG = 1_000  # bytes: more than any envelope
_COMMON: dict[str, Callable[[Hit], None]] = {
    "before a commit": _before(Atomic, "__exit__"),
    "after a commit": _after(Atomic, "__exit__"),
    "claimed": _after(send, "take"),
    "loaded": _after(Press, "load"),
    "before the fence": _before(postbook, "_prepared"),
    "fenced": _after(postbook, "_prepared"),
    "entered": _after(Postbook, "enter"),
    "giving back": _before(postbook, "give_back"),
    "given back": _after(postbook, "give_back"),
}
_SMTP: dict[str, Callable[[Hit], None]] = {
    "amid a body": _amid_a_body,
    "dot left": _after(Line, "write", _has_sent_a_dot),
    "answered": _after(Dialogue, "receive", _has_heard),
}
_MAILBOX: dict[str, Callable[[Hit], None]] = {
    "handing over": _before(mailbox, "drop"),
    "handed over": _after(mailbox, "drop"),
}
_ALL = _COMMON | _SMTP | _MAILBOX
POINTS = {"smtp": [*_COMMON, *_SMTP], "mailbox": [*_COMMON, *_MAILBOX]}
"""The places that a mail passes by, with each transport."""
