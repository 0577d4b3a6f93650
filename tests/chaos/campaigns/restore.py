"""A backup is restored after more was sent: nothing leaves until told so, and nothing twice."""

import shutil
import subprocess
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connections
from django.utils import timezone

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew, send_for_ever
from chaos.judge import Judgement, judge
from chaos.programs import manage
from chaos.stage import Stage
from newsletter.compose import compose
from newsletter.models import Delivery

WORKERS, BUNDLE = 4, 20
SETTLING = 20  # seconds
TEMPTATION = 3.0  # seconds for which workers run on the restored database
UNCOMPOSED = 50  # readers who are due as the backup is made


def run(stage: Stage, orders: Orders) -> Judgement:
    """Send with a backup, restore it, and go on; what tells of the restoring is lost in part."""
    readers = orders.of(600, 5_000)
    drill = _Drill(stage, readers)
    witnesses: list[Callable[[], None]] = [drill.keep_all, drill.lose_redis, drill.lose_file]
    for lose in witnesses:
        drill.play(lose)
        if drill.wrong:
            break
    taken = stage.log.read()
    judgement = judge(taken, due=drill.due, bound=drill.given_up)
    return judgement.noting({"drills": drill.played}, drill.wrong)


class _Drill:
    """One restoring after the other."""

    def __init__(self, stage: Stage, readers: int) -> None:
        self.due = self.given_up = self.played = 0
        self.wrong: list[str] = []
        self._stage, self._readers = stage, readers
        self._backup = stage.postgres.data.with_name("backup")
        self._crew = Crew(send_for_ever)

    def play(self, lose: Callable[[], None]) -> None:
        """Send a third, back up, send the rest, restore, and see what happens."""
        self.played += 1
        self._stage.redis.start()
        before = self._stage.log.count()
        rows.composed_morning(self._readers, BUNDLE, first=self.due)
        self._work_until(before + self._readers // 3)
        rows.morning(UNCOMPOSED, first=self.due + self._readers)
        self.due += self._readers + UNCOMPOSED
        self._back_up()
        compose(timezone.now())
        self._crew.fill(WORKERS)
        rows.wait_until_settled(self.due)
        self._crew.end()
        self._restore()
        lose()
        self._tempt()
        self._resume()
        self._stage.redis.end()

    def keep_all(self) -> None:
        """Lose no witness."""

    def lose_redis(self) -> None:
        """Redis has forgotten."""
        self._stage.redis.client().flushall()

    def lose_file(self) -> None:
        """The host is another one."""
        (settings.VAR_DIR / "fence").unlink()

    def _work_until(self, count: int) -> None:
        self._crew.fill(WORKERS)
        self._stage.log.wait_for(count, 60)
        self._crew.end()

    def _back_up(self) -> None:
        connections.close_all()
        self._stage.postgres.end()
        shutil.copytree(self._stage.postgres.data, self._backup)
        self._stage.postgres.start()

    def _restore(self) -> None:
        connections.close_all()
        self._stage.postgres.end()
        shutil.rmtree(self._stage.postgres.data)
        self._backup.rename(self._stage.postgres.data)
        self._stage.postgres.start()

    def _tempt(self) -> None:
        """Let workers see the restored database; whatever leaves now, nobody has permitted."""
        before = self._stage.log.count()
        self._crew.fill(WORKERS)
        time.sleep(TEMPTATION)
        self._crew.end()
        if count := self._stage.log.count() - before:
            self.wrong.append(f"{count} sent before anybody said so")

    def _resume(self) -> None:
        command = manage("resume", "--after-restore")
        code = subprocess.run(
            command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL, check=False
        ).returncode
        if code:
            self.wrong.append(f"resume --after-restore ended with {code}")
        self._crew.fill(WORKERS)
        rows.wait_until_settled(self.due, SETTLING)
        self._crew.end()
        uncertain = Delivery.objects.filter(state=Delivery.State.UNCERTAIN)
        self.given_up = uncertain.count()
