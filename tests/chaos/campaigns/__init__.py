"""What is done to the product; each campaign is a module here with a function `run`."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Campaign:
    """A way to make the product fail, and builds of it that must not stand that."""

    title: str
    sabotages: tuple[str, ...]
    delay: float = 5
    """Milliseconds that the mail server takes for a mail, on average."""
    lease: float = 2
    """Seconds after which a worker that is not heard of has lost what it holds."""
    module: str = ""
    """Where it is, if not in a module of its own name."""
    into_files: bool = False
    """Whether mails go into a folder instead of to a mail server."""
    environment: dict[str, str] = field(default_factory=dict)
    """What else is set."""


class Orders:
    """How a campaign is to be played: short or in full, and by which chances."""

    def __init__(self, seed: int, *, is_full: bool) -> None:
        self.chance = Random(seed)  # noqa: S311 - chances of a test
        self.is_full = is_full

    def of(self, short: int, full: int) -> int:
        """Return the figure that is asked for."""
        return full if self.is_full else short


CAMPAIGNS = {
    "kills": Campaign(
        "workers are killed at random moments",
        sabotages=("lease sends again", "fence forgets"),
    ),
    "failpoints": Campaign(
        "workers die, or freeze beyond their lease, at named places",
        sabotages=("fence is deaf", "fence forgets"),
    ),
    "mailbox": Campaign(
        "the same, with mails that become files",
        sabotages=("fence forgets",),
        module="failpoints",
        into_files=True,
    ),
    "database": Campaign(
        "PostgreSQL is killed, connections to it are cut",
        sabotages=("commits in haste",),
    ),
    "broker": Campaign(
        "Redis is absent, killed, wiped, frozen",
        sabotages=("rings once", "bell waits"),
        lease=20,
    ),
    "answers": Campaign(
        "the mail server misbehaves at every step of the dialogue",
        sabotages=("silence is no",),
    ),
    "limiter": Campaign(
        "four workers keep to fifty mails a second, with Redis killed midway",
        sabotages=("limit fails open",),
        delay=0,
        lease=20,
        environment={"SENDING_RATE": "50"},
    ),
    "year": Campaign(
        "365 mornings, on each of which something fails",
        sabotages=("memory fails",),
        lease=60,
    ),
    "restore": Campaign(
        "a backup is restored after more was sent",
        sabotages=("restore goes unnoticed",),
    ),
    "repeats": Campaign(
        "every Celery message comes three times, from two beats, with four drains beside",
        sabotages=("claims are late",),
        lease=20,
    ),
}
