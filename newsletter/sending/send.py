"""Claim -> print -> hand over -> record: each delivery leaves at most once.

The order of the steps is the guarantee. A claim makes one worker the sender of a bundle. Before a
mail leaves, the ledger has put up its fence, durably; so a delivery of a bundle's `leaving` may
have arrived, and one that is not among them never left. The ledger writes the answer with its next
entry. Whatever dies between two steps, `sweep` can tell which of the two it was.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from threading import local
from typing import cast

from django.conf import settings
from django.db import DatabaseError

from config.clock import Clock
from newsletter.models import Bundle, Delivery
from newsletter.printing.press import NothingLeftError, Press
from newsletter.sending.claims import take
from newsletter.sending.copies import Copy
from newsletter.sending.halts import halt_if_restored
from newsletter.sending.ledger import Answered
from newsletter.sending.message import Message
from newsletter.sending.outcome import ClosedError
from newsletter.sending.postbook import Postbook
from newsletter.sending.rates import Rates, heed, in_turn
from newsletter.sending.transports import Transport
from newsletter.sending.watch import Turn, Watch

logger = logging.getLogger(__name__)
State = Delivery.State
# A press holds one bundle's papers at a time.
_presses = local()
# What must wait longer makes room for others.
WORTH_WAITING, LONGEST_WAIT = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
# Is asked before each mail, and told what became of the others, whether to go on.
MayGoOn = Callable[[Counter[str]], bool]


def send_ready(
    transport: Transport,
    clock: Clock,
    *,
    until: dt.datetime | None = None,
    may_go_on: MayGoOn | None = None,
) -> Counter[str]:
    """Send whatever is ready, until nothing is, the clock passes `until`, or `may_go_on` says no.

    Returns:
        How many deliveries came to which state, or could not be begun any more.

    Raises:
        ClosedError: nothing more can leave; what was not begun stays planned.

    """
    halt_if_restored(clock())  # a worker may be there before the next tick
    round_ = _Round(clock, until, may_go_on)
    try:
        transport.send(round_.messages(), round_)
    except ClosedError as error:
        round_.watch.note_failure(str(error))
        raise
    finally:
        round_.close()
    return round_.postbook.results


def press() -> Press:
    """Return this thread's press, which keeps what it has set for the next round."""
    if not hasattr(_presses, "own"):
        _presses.own = Press()
    return cast("Press", _presses.own)


def forget_press() -> None:
    """Have the next round begin with a new press: what mails look like has changed."""
    _presses.__dict__.clear()


class _Round:
    """Bundle after bundle, as long as there is one and time for it: where mails come from.

    And the ledger of what becomes of them, which also tells those who slow the round down.
    """

    def __init__(self, clock: Clock, until: dt.datetime | None, may_go_on: MayGoOn | None) -> None:
        self.postbook = Postbook(clock)
        self.watch = Watch(settings.TRANSPORT, clock)
        self._rates = Rates(clock)
        self._press = press()
        self._clock = clock
        self._until = until
        self._may_go_on = may_go_on

    def messages(self) -> Iterator[Message | None]:
        """Yield the mails of what is ready; None while all must wait."""
        while self._goes_on() and (copies := take(self.postbook.claim, self._clock())) is not None:
            self.postbook.take(copies)
            self._press.load(copies)
            waiting = {copy.delivery: copy for copy in copies}
            for copy in in_turn(copies, self._rates):
                if copy:
                    del waiting[copy.delivery]
                elif self._is_wanted_elsewhere():
                    self.postbook.set_aside(waiting.values(), self._clock() + self._wait)
                    break
                yield from self._when_it_may(copy)
                if not self._goes_on():
                    return

    def enter(
        self, answered: Sequence[Answered], leaving: Sequence[Message]
    ) -> Collection[Message]:
        """Enter it in the postbook, and slow down where the other side asks for that."""
        allowed = self.postbook.enter(answered, leaving)
        # Where one domain asks for a pause, the transport is well.
        self.watch.note([it for message, it in answered if not heed(message.recipient, it)])
        if len(allowed) < len(leaving):
            self.watch.not_sent()
        return allowed

    def close(self) -> None:
        """Let go of everything that is held."""
        self.watch.close()
        self.postbook.close()

    def _goes_on(self) -> bool:
        is_in_time = self._until is None or self._clock() < self._until
        is_wanted = self._may_go_on is None or self._may_go_on(self.postbook.results)
        is_permitted = not (self.postbook.is_over or self._rates.is_shut)
        return is_in_time and is_wanted and is_permitted

    def _is_wanted_elsewhere(self) -> bool:
        """Tell whether all that waits would keep this worker from a bundle that need not."""
        return self._wait > WORTH_WAITING and Bundle.objects.ready(self._clock()).exists()

    @property
    def _wait(self) -> dt.timedelta:
        return min(dt.timedelta(seconds=self._rates.wait), LONGEST_WAIT)

    def _when_it_may(self, copy: Copy | None) -> Iterator[Message | None]:
        """Yield the mail of a copy, after None for as long as the transport is to be spared."""
        while (turn := self.watch.ask() if copy else Turn.WAIT) is Turn.WAIT:
            self.postbook.hold()
            yield None
            if not (copy and self._goes_on()):
                return
        if turn is Turn.STOP:
            self.postbook.is_over = True
        elif copy and (message := self._message(copy)):
            yield message
        else:
            self.watch.not_sent()

    def _message(self, copy: Copy) -> Message | None:
        try:
            return self._press.message(copy)
        except NothingLeftError as error:
            self.postbook.drop(copy, State.CANCELLED, str(error))
        except DatabaseError:  # not the mail's fault, and it passes
            raise
        except Exception as error:  # one mail that cannot be made must not hold up the others
            logger.exception("delivery#%s cannot be printed", copy.delivery)
            reason = f"cannot be printed: {type(error).__name__}"
            self.postbook.drop(copy, State.FAILED, reason)
        return None
