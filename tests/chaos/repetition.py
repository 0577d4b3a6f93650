"""Every Celery message several times, as a broker may deliver it."""

from typing import Any

from celery import Celery

from chaos.patches import put


def install(times: int) -> None:
    """Have each message sent so many times."""
    once = Celery.send_task

    def send_task(app: Celery, *args: Any, **options: Any) -> Any:
        results = [once(app, *args, **options) for _ in range(times)]
        return results[0]

    if times > 1:
        put(Celery, "send_task", send_task)
