from celery import shared_task

from config.clock import clock
from subscribers import letters


@shared_task(name="subscribers.post_letters")
def post_letters(at: str | None = None) -> None:
    """Post the letters that wait."""
    letters.post_waiting(clock(at)())
