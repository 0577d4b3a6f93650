import time
from typing import Any

from django.conf import settings

from benchmarks.sending.crew import crew
from benchmarks.sending.per_reader.tasks import send_one
from benchmarks.sending.sink import Sink
from newsletter.models import Delivery


def send(mails: int) -> dict[str, Any]:
    """Send so many mails; SystemExit unless each came once and is on record."""
    # Readers' numbers know nothing of their editions: these are as mixed as all.
    some = Delivery.objects.order_by("subscriber_id").values_list("pk", flat=True)[:mails]
    sent = Delivery.objects.filter(state=Delivery.State.SENT)
    sink = Sink(settings.EMAIL_PORT)
    app = "benchmarks.sending.per_reader.app"
    with crew(app, settings.SENDERS, settings.CELERY_TASK_DEFAULT_QUEUE) as workers:
        computed, start = workers.processor_seconds(), time.perf_counter()
        for number in some:
            send_one.delay(number)
        workers.wait_until(lambda: sink.taken >= mails and sent.count() >= mails)
        seconds = time.perf_counter() - start
        computed = workers.processor_seconds() - computed
    if not mails == sent.count() == sink.taken:
        raise SystemExit(f"Of {mails} mails {sent.count()} are on record; {sink.taken} came.")
    return {"mails": mails, "seconds": seconds, "computed": computed, "size": sink.size}
