"""Workers are killed at random moments, one each time that some more mails have come through."""

import time

from django.conf import settings

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew, send_for_ever
from chaos.judge import Judgement, judge
from chaos.stage import Stage

WORKERS, BUNDLE = 4, 20
PATIENCE = 5  # seconds without a mail, after which the next is killed anyway
ONE_IN = 100  # readers leaves before the mails do
JITTER = 0.01  # seconds


def run(stage: Stage, orders: Orders) -> Judgement:
    """Send a morning with as many deaths as are ordered, spread over all of it."""
    readers, kills = orders.of(1_000, 10_000), orders.of(80, 1_000)
    rows.composed_morning(readers, BUNDLE)
    leavers = rows.leave(ONE_IN)
    crew = Crew(send_for_ever)
    for kill in range(kills):
        crew.fill(WORKERS)
        stage.log.wait_for(readers * kill // (kills + kills // 10), PATIENCE)
        time.sleep(orders.chance.uniform(0, JITTER))
        crew.kill(orders.chance.choice(crew.workers))
    crew.fill(WORKERS)
    rows.wait_until_settled(readers)
    crew.end()
    bound = kills * settings.SMTP_CONNECTIONS
    return judge(
        stage.log.read(),
        due=readers,
        bound=bound,
        leavers=leavers,
    ).noting({"kills": kills}, crew.complaints)
