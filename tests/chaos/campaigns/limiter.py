"""Four workers keep to one rate, and go on doing so, more slowly, while Redis is away."""

import bisect
import time
from signal import SIGKILL

from django.conf import settings

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew, send_for_ever
from chaos.judge import Judgement, judge
from chaos.stage import Stage
from newsletter.sending.rates.bucket import Bucket

WORKERS, BUNDLE = 4, 20


def run(stage: Stage, orders: Orders) -> Judgement:
    """Take Redis away after a third of the mails, and give it back after two thirds."""
    readers = orders.of(600, 6_000)
    rows.composed_morning(readers, BUNDLE)
    stage.redis.start()
    crew = Crew(send_for_ever)
    crew.fill(WORKERS)
    rate = settings.SENDING_RATE
    assert rate, "the campaign sets one"
    patience = 3 * readers / rate
    began = time.monotonic()
    stage.log.wait_for(readers // 3, patience)
    stage.redis.end(SIGKILL)
    stage.log.wait_for(readers * 2 // 3, patience)
    stage.redis.start()
    rows.wait_until_settled(readers, patience)
    seconds = time.monotonic() - began
    crew.end()
    taken = stage.log.read()
    most = _most_within_a_second(sorted(mail.at for mail in taken))
    permitted = int(rate) + Bucket.of(rate).size + WORKERS
    too_many = [f"{most} within a second, {permitted} at most"] if most > permitted else []
    return judge(taken, due=readers, bound=0).noting(
        {"in the fullest second": most, "a second on average": round(readers / seconds)},
        [*too_many, *crew.complaints],
    )


def _most_within_a_second(moments: list[float]) -> int:
    """Return the most of these moments, in seconds and sorted, that lie within one second."""
    ends = (bisect.bisect_left(moments, moment + 1) for moment in moments)
    return max((end - start for start, end in enumerate(ends)), default=0)
