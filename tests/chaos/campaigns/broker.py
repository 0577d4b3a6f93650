"""Redis never starts, is killed, wiped and frozen; mornings and sign-ups go on."""

import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from signal import SIGCONT, SIGKILL, SIGSTOP

from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from chaos import rows
from chaos.campaigns import Orders
from chaos.judge import Judgement, judge
from chaos.programs import BEAT, WORKER, manage, running
from chaos.stage import Stage
from chaos.strangers import percentile, sign_ups
from newsletter import tasks
from newsletter.compose import compose

SLOWEST_SIGN_UP = 3.0  # seconds, for 99 of 100
SLOWEST_RECOVERY = 20.0  # seconds from the end of a fault to the last mail of its readers
READERS_A_FAULT = 50


def run(stage: Stage, orders: Orders) -> Judgement:
    """Send one morning without Redis at all, then some readers' with each of its faults."""
    strangers = orders.of(12, 200)
    play = _Play(stage, orders)
    play.deliver_without_it()
    waits = {"absent": sign_ups(strangers)}
    stage.redis.start()
    with running(WORKER, BEAT):
        for fault in play.faults:
            play.bear(fault)
    stage.redis.signal(SIGSTOP)
    waits["frozen"] = sign_ups(strangers)
    stage.redis.signal(SIGCONT)
    slowest = {f"sign-up, {how}": percentile(seconds, 99) for how, seconds in waits.items()}
    return play.judged(slowest)


class _Play:
    """The faults, and how long it took to get over each."""

    def __init__(self, stage: Stage, orders: Orders) -> None:
        self.redis, self.log = stage.redis, stage.log
        self.faults: list[Callable[[], None]] = [
            *[self._kill] * orders.of(2, 50),
            *[self._wipe] * orders.of(1, 20),
            *[lambda: self._freeze(orders.chance.uniform(5, 70))] * orders.of(0, 10),
            *[lambda: self._freeze(3)] * orders.of(1, 0),
        ]
        orders.chance.shuffle(self.faults)
        self.due = 0
        self.recoveries: list[float] = []

    def deliver_without_it(self) -> None:
        """Have the command do it all."""
        self._add_readers()
        with suppress(subprocess.TimeoutExpired):  # the judge will see what is missing
            command = manage("deliver", "--json")
            subprocess.run(
                command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, check=False, timeout=60
            )

    def bear(self, fault: Callable[[], None]) -> None:
        """Compose for some readers amid a fault, and see how long they wait after it."""
        self._add_readers()
        fault()
        began = time.monotonic()
        rows.wait_until_settled(self.due, 2 * SLOWEST_RECOVERY)
        self.recoveries.append(time.monotonic() - began)

    def judged(self, slowest: dict[str, float]) -> Judgement:
        """Return the judgement, with the times."""
        late = [f"{what}: {it:.1f} s" for what, it in slowest.items() if it > SLOWEST_SIGN_UP]
        recovery = max(self.recoveries)
        if recovery > SLOWEST_RECOVERY:
            late.append(f"slowest recovery: {recovery:.1f} s")
        times = {f"s {what}": f"{it:.2f}" for what, it in slowest.items()}
        times["s slowest recovery"] = f"{recovery:.1f}"
        figures: dict[str, object] = {"faults": len(self.faults), **times}
        return judge(self.log.read(), due=self.due, bound=0).noting(figures, late)

    def _add_readers(self) -> None:
        rows.morning(READERS_A_FAULT, first=self.due)
        self.due += READERS_A_FAULT

    def _kill(self) -> None:
        self.redis.end(SIGKILL)
        self._compose_and_ring()
        self.redis.start()

    def _wipe(self) -> None:
        self._compose_and_ring()
        self.redis.client().flushall()

    def _freeze(self, seconds: float) -> None:
        self.redis.signal(SIGSTOP)
        self._compose_and_ring()
        time.sleep(seconds)
        self.redis.signal(SIGCONT)

    def _compose_and_ring(self) -> None:
        """Do what a worker does, at the worst moment: there is work, and its bell is not heard."""
        compose(timezone.now())
        with suppress(OperationalError, OSError):
            tasks.ring_for_senders(None)
