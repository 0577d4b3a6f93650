"""What takes minutes in life takes moments in a campaign."""

import datetime as dt

from chaos.patches import put
from newsletter import tasks
from newsletter.sending import retry


def install() -> None:
    """Shorten the waits that no setting names."""
    put(retry, "WAITS", tuple(dt.timedelta(seconds=seconds) for seconds in (0.2, 0.5, 1)))
    put(tasks, "DRAIN", dt.timedelta(seconds=2))
