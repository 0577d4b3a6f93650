"""Every Celery message comes three times, two beats tick, and four processes drain beside them."""

import os
import time

from django.conf import settings

from chaos import rows
from chaos.campaigns import Orders
from chaos.judge import Judgement, judge
from chaos.programs import BEAT, WORKER, manage, running
from chaos.stage import Stage
from newsletter.tasks import compose_editions, send_editions, tick

TIMES, WORKERS, BEATS, DRAINS = 3, 2, 2, 4
FEW = 50


def run(stage: Stage, orders: Orders) -> Judgement:
    """Have a morning composed and sent by everybody at once, and go on until all is heard."""
    readers, messages = orders.of(1_500, 20_000), orders.of(300, 20_000)
    rows.morning(readers)
    stage.redis.start()
    for number in range(messages):
        task = (tick, compose_editions, send_editions)[number // TIMES % 3]
        task.apply_async()
    os.environ["CHAOS_REPEAT"] = str(TIMES)
    drain = manage("deliver", "--json")
    with running(*[WORKER] * WORKERS, *[BEAT] * BEATS, *[drain] * DRAINS):
        deadline = time.monotonic() + orders.of(40, 900)
        rows.wait_until_settled(readers, orders.of(40, 900))
        while (unread := _unread(stage)) > FEW and time.monotonic() < deadline:
            time.sleep(0.1)
    return judge(
        stage.log.read(),
        due=readers,
        bound=0,
    ).noting({"messages": messages - unread, "beats": BEATS, "drains": DRAINS})


def _unread(stage: Stage) -> int:
    """Count the messages that nobody has taken; the beats add some all the time."""
    return sum(stage.redis.client().llen(queue) for queue in settings.CELERY_TASK_QUEUES)
