import datetime as dt
import logging

from celery import shared_task
from django.conf import settings

from config.clock import clock
from config.locks import alone
from newsletter.compose import compose
from newsletter.deliver import prepare
from newsletter.models import Bundle
from newsletter.sending.halts import awaits_resume
from newsletter.sending.outcome import ClosedError
from newsletter.sending.send import send_ready
from newsletter.sending.transports import open_transport
from subscribers.models import Subscriber
from subscribers.tasks import LIMIT_SECONDS, SOFT_LIMIT_SECONDS, post_letters

logger = logging.getLogger(__name__)
STALE_SECONDS = 25
# Until about the next tick, which rings again if there is more to do. So no more than SENDERS work
# at once, and no message goes stale while it waits for a worker.
DRAIN = dt.timedelta(seconds=28)


@shared_task(name="newsletter.tick")
def tick(at: str | None = None) -> None:
    """Do what beat asks for every 30 seconds: keep house, and ring for whatever is to be done."""
    now = clock(at)
    post_letters.apply_async((at,), expires=STALE_SECONDS)
    with alone("tick") as mine:
        if mine:
            prepare(now())
    if Subscriber.objects.due(now()).exists():
        compose_editions.apply_async((at,), expires=STALE_SECONDS)
    ring_for_senders(at)


@shared_task(
    name="newsletter.compose_editions",
    soft_time_limit=SOFT_LIMIT_SECONDS,
    time_limit=LIMIT_SECONDS,
)
def compose_editions(at: str | None = None) -> None:
    """Compose for everybody whose morning has begun, and ring for who sends it."""
    if not awaits_resume():
        compose(clock(at)())
    ring_for_senders(at)


@shared_task(
    name="newsletter.send_editions", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=LIMIT_SECONDS
)
def send_editions(at: str | None = None) -> None:
    """Send what is ready, for a while."""
    now = clock(at)
    try:
        with open_transport() as transport:
            send_ready(transport, now, until=now() + DRAIN)
    except ClosedError as error:
        logger.error("No mail can leave: %s", error)  # noqa: TRY400 - its words are enough


def ring_for_senders(at: str | None) -> None:
    """Ring for one sender a bundle that is ready, and for `SENDERS` of them at most."""
    ready = Bundle.objects.ready(clock(at)()).order_by()[: settings.SENDERS].count()
    for _ in range(ready):
        send_editions.apply_async((at,), expires=STALE_SECONDS)
