"""This system: claimed in PostgreSQL, through Celery, every result on record."""

import time
from typing import Any

from django.conf import settings

from benchmarks.sending.crew import crew
from benchmarks.sending.sink import Sink
from newsletter.models import Bundle, Delivery
from newsletter.tasks import ring_for_senders

_RING_AGAIN = 20  # seconds, as the tick does; a task sends for a while


def send(*, is_counted: bool = True) -> dict[str, Any]:
    """Send the morning that is composed; SystemExit unless each mail came once and is on record.

    What came can be known where the mail server counts.
    """
    mails = Delivery.objects.count()
    with crew("config.celery", settings.SENDERS, settings.LONG_QUEUE) as workers:
        computed, start = workers.processor_seconds(), time.perf_counter()
        rung = -_RING_AGAIN

        def is_done() -> bool:
            nonlocal rung
            if time.perf_counter() - start > rung + _RING_AGAIN:
                rung += _RING_AGAIN
                ring_for_senders(None)
            return not Bundle.objects.filter(is_settled=False).exists()

        workers.wait_until(is_done)
        seconds = time.perf_counter() - start
        computed = workers.processor_seconds() - computed
    result = {"mails": mails, "seconds": seconds, "computed": computed}
    sent = Delivery.objects.filter(state=Delivery.State.SENT).count()
    sink = Sink(settings.EMAIL_PORT)
    came = sink.taken if is_counted else sent
    if not mails == sent == came:
        raise SystemExit(f"Of {mails} mails {sent} are on record, and {came} came.")
    return result | ({"size": sink.size} if is_counted else {})
