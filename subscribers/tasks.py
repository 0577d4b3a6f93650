from celery import shared_task

from config.clock import clock
from subscribers import letters

# One mail may wait ten minutes for its server's last word (see config.mail_url).
SOFT_LIMIT_SECONDS, LIMIT_SECONDS = 780, 840


@shared_task(
    name="subscribers.post_letters", soft_time_limit=SOFT_LIMIT_SECONDS, time_limit=LIMIT_SECONDS
)
def post_letters(at: str | None = None) -> None:
    """Post the letters that wait."""
    letters.post_waiting(clock(at)())
