"""Ring for a worker. The work itself stands in PostgreSQL, so nobody has to hear it."""

import logging

from kombu.exceptions import OperationalError

from subscribers.tasks import post_letters

logger = logging.getLogger(__name__)
# Beat rings every 30 seconds anyway: an older message is of no use.
STALE_SECONDS = 60
# Kombu would try to connect for six seconds more, and a reader would wait that long for her page.
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}


def ring() -> None:
    """Tell a worker that letters wait; without a broker the next tick finds them."""
    try:
        with post_letters.app.connection(transport_options=IMPATIENT) as broker:
            post_letters.apply_async(
                connection=broker,  # type: ignore[call-arg]  # Celery's stubs forget it
                expires=STALE_SECONDS,
                retry=False,
            )
    except (OperationalError, OSError) as error:
        logger.warning("The broker is away (%s); the letter waits.", type(error).__name__)
