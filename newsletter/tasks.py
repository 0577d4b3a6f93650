import datetime as dt
import logging
from math import ceil

from celery import shared_task
from django.conf import settings

from config.clock import clock
from config.locks import alone
from newsletter.deliver import prepare
from newsletter.models import Delivery
from newsletter.send import BATCH, TransportClosedError, send_ready
from newsletter.transports import open_transport
from subscribers.tasks import LIMIT_SECONDS, SOFT_LIMIT_SECONDS, post_letters

logger = logging.getLogger(__name__)
STALE_SECONDS = 25
# Until about the next tick, which rings again if there is more to do. So no more than SENDERS work
# at once, and neither a tick nor a letter goes stale while it waits for a worker.
DRAIN = dt.timedelta(seconds=28)


@shared_task(name="newsletter.tick")
def tick(at: str | None = None) -> None:
    """Do what beat asks for every 30 seconds: have letters posted, compose, have editions sent."""
    now = clock(at)
    post_letters.apply_async((at,), expires=STALE_SECONDS)
    with alone("tick") as mine:
        if mine:
            prepare(now())
    ready = Delivery.objects.ready(now()).order_by()[: settings.SENDERS * BATCH].count()
    for _ in range(ceil(ready / BATCH)):
        send_editions.apply_async((at,), expires=STALE_SECONDS)


@shared_task(
    name="newsletter.send_editions", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=LIMIT_SECONDS
)
def send_editions(at: str | None = None) -> None:
    """Send what is ready, for a while."""
    now = clock(at)
    try:
        with open_transport() as transport:
            send_ready(transport, now, until=now() + DRAIN)
    except TransportClosedError as error:
        logger.error("No mail can leave: %s", error)  # noqa: TRY400 - its words are enough
