"""Workers die, or freeze beyond their lease and wake again, at every place that matters."""

import time
from signal import SIGKILL, SIGSTOP

from django.conf import settings

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew, send_for_ever
from chaos.failpoints import POINTS, Failpoint
from chaos.judge import Judgement, judge
from chaos.stage import Stage

BUNDLE = 10
LATEST = 8  # a failpoint strikes the first to the so many-th time that a worker comes by
AT_ONCE = 4  # workers that are neither frozen nor just awake
COPIES_A_FAULT = 40
FROZEN = 1.5  # leases
AWAKE = 0.3  # seconds that one who woke up has to do harm
PATIENCE = 5  # seconds until a worker that meets nothing to fail at makes room for the next


def run(stage: Stage, orders: Orders) -> Judgement:
    """Do to the product, in any order, every fault as often as is ordered."""
    kills, pauses = orders.of(3, 50), orders.of(2, 20)
    faults = [
        Failpoint(name, orders.chance.randint(1, LATEST), signal)
        for name in POINTS[settings.TRANSPORT]
        for signal in [SIGKILL] * kills + [SIGSTOP] * pauses
    ]
    orders.chance.shuffle(faults)
    readers = COPIES_A_FAULT * len(faults)
    rows.composed_morning(readers, BUNDLE)
    shift = _Shift(faults)
    while not shift.is_over and not rows.are_settled(readers):
        shift.look()
        time.sleep(0.002)
    shift.crew.fill(AT_ONCE)
    rows.wait_until_settled(readers)
    shift.crew.end()
    return judge(
        stage.log.read(),
        due=readers,
        bound=shift.crew.started * settings.SMTP_CONNECTIONS,
    ).noting({"kills": shift.deaths, "pauses": shift.pauses}, shift.crew.complaints)


class _Shift:
    """Workers, each with a fault of its own, until all faults have happened."""

    def __init__(self, faults: list[Failpoint]) -> None:
        self.crew = Crew(send_for_ever)
        self.deaths = self.pauses = 0
        self._faults = faults
        self._armed: dict[int, tuple[Failpoint, float]] = {}
        self._wake_at: dict[int, float] = {}
        self._end_at: dict[int, float] = {}

    @property
    def is_over(self) -> bool:
        """Whether every fault has happened, and everybody who froze is awake again."""
        return not (self._faults or self._armed or self._wake_at)

    def look(self) -> None:
        """See who fell or froze, wake whose time has come, and start others."""
        now = time.monotonic()
        dead, frozen = self.crew.news()
        for worker in dead:
            self.deaths += self._armed.pop(worker, None) is not None
            self._end_at.pop(worker, None)
        for worker in frozen:
            self._armed.pop(worker)
            self.pauses += 1
            self._wake_at[worker] = now + FROZEN * settings.LEASE.total_seconds()
        for worker in _due(self._wake_at, now):
            self.crew.wake(worker)
            self._end_at[worker] = now + AWAKE
        for worker in _due(self._end_at, now):
            self.crew.kill(worker)
        self._replace_the_idle(now)
        while self._faults and len(self._armed) < AT_ONCE:
            fault = self._faults.pop()
            self._armed[self.crew.start(fault)] = fault, now

    def _replace_the_idle(self, now: float) -> None:
        for worker, (fault, since) in [*self._armed.items()]:
            if now - since > PATIENCE:
                del self._armed[worker]
                self.crew.kill(worker)
                self._faults.insert(0, fault)


def _due(times: dict[int, float], now: float) -> list[int]:
    """Take those out whose time has come."""
    due = [worker for worker, moment in times.items() if moment <= now]
    for worker in due:
        del times[worker]
    return due
