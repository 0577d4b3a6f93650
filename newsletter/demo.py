"""The demo: three mornings of three readers, through the real verbs and a real worker.

Only the clock is set: every digest is ingested on the morning it is for, and the worker is rung
with the time of that morning.
"""

import datetime as dt
import email
import email.policy
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from digests.ingest.files import store_file
from digests.ingest.once import Ingested
from digests.ingest.reading import read
from digests.matching.own.words import read_words
from digests.models import Source, Topic
from digests.sources import Kind
from newsletter import processes
from newsletter.models import Delivery, Heartbeat
from newsletter.tasks import tick
from subscribers import choosing, letters, lifecycle, tokens
from subscribers.models import Letter, Subscriber
from subscribers.schedule import EVERY_DAY, Schedule
from subscribers.tasks import post_letters

SAMPLES = settings.BASE_DIR / "digests" / "samples"
MORNINGS = tuple(dt.date(2026, 3, day) for day in (16, 17, 18))
# Noon in UTC: by then every demo reader's morning of that date has begun, and none is over.
HOUR = dt.time(12, tzinfo=dt.UTC)
EVE = dt.datetime.combine(MORNINGS[0] - dt.timedelta(days=1), HOUR)
DOMAIN = "demo.paperboy.example"
PATIENCE_SECONDS = 60
CONFIRM_LINK = re.compile(rf"/confirm/([\w-]{{{tokens.LENGTH}}})")


@dataclass(frozen=True, slots=True)
class DemoReader:
    """Who signs up, and for what."""

    name: str
    topics: tuple[str, ...]
    schedule: Schedule
    max_papers: int
    words: str = ""
    excluded: str = ""

    @property
    def choice(self) -> choosing.Choice:
        """What she ticks and types on the form."""
        topics = Topic.objects.catalogue().filter(key__in=self.topics)
        return choosing.Choice(topics, read_words(self.words), read_words(self.excluded))

    @property
    def address(self) -> str:
        """Where her mail goes."""
        return f"{self.name.lower()}@{DOMAIN}"


READERS = (
    DemoReader(
        "Ada",
        ("diffusion", "image-generation", "video"),
        Schedule("Europe/London", 7),
        max_papers=5,
        words="flow matching, Gaussian splatting",
        excluded="molecular docking",
    ),
    DemoReader("Grace", ("agents", "reasoning", "code"), Schedule("America/New_York", 6), 3),
    DemoReader("Emmy", ("recommenders",), Schedule("Asia/Tokyo", 7, EVERY_DAY), 12),
)


class DemoError(Exception):
    """The demo cannot go on; the message says where it stopped and what to do."""


def at(date: dt.date) -> dt.datetime:
    """Return the moment of a demo morning."""
    return dt.datetime.combine(date, HOUR)


@contextmanager
def worker(log: Path) -> Iterator[Callable[[], bool]]:
    """Run a real Celery worker until the block ends; yields the question whether it is alive."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--concurrency=2"]
    with log.open("wb") as output:
        process = processes.start(command, output)
        try:
            yield lambda: process.poll() is None
        finally:
            processes.stop(process)


def wait_for(what: str, is_done: Callable[[], bool], is_alive: Callable[[], bool]) -> None:
    """Wait until the worker has done something.

    Raises:
        DemoError: where the worker died, or took longer than anybody would wait.

    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_done():
        if not is_alive():
            raise DemoError(f"The worker died before {what}.")
        if time.monotonic() > deadline:
            raise DemoError(f"The worker had {PATIENCE_SECONDS} s, but {what} is still to come.")
        time.sleep(0.05)


def empty_mailbox() -> None:
    """Take away the mail of an earlier demo; everybody else's stays."""
    for path in settings.MAILBOX_DIR.glob(f"*@{DOMAIN}-*.eml"):
        path.unlink()


def sign_up(reader: DemoReader, now: dt.datetime) -> None:
    """Do what the form does."""
    lifecycle.subscribe(reader.address, reader.choice, now, time_zone=reader.schedule.time_zone)


def sign_everybody_up(is_alive: Callable[[], bool]) -> None:
    """Sign the readers up, let the worker post their letters, and answer those."""
    for reader in READERS:
        sign_up(reader, EVE)
    post_letters.delay(EVE.isoformat())
    waiting = Letter.objects.exclude(state=Letter.State.SENT)
    wait_for("the confirmation mails were posted", lambda: not waiting.exists(), is_alive)
    for reader in READERS:
        confirm(reader, EVE)


def confirm(reader: DemoReader, now: dt.datetime) -> None:
    """Follow the link in her confirmation mail, then choose hour and amount on her page."""
    token = confirmation_token(reader.address)
    subscriber = lifecycle.confirm(token, now)
    if subscriber is None:
        raise DemoError(f"The confirmation link of {reader.name} does not work.")
    wishes = choosing.Wishes(reader.choice, reader.schedule, reader.max_papers)
    choosing.choose(subscriber, wishes, now)


def confirmation_token(address: str) -> str:
    """Read the token out of the newest confirmation mail in the mailbox."""
    for path in sorted(settings.MAILBOX_DIR.glob(f"*-{address}-*.eml"), reverse=True):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        if body and (link := CONFIRM_LINK.search(body.get_content())):
            return link[1]
    raise DemoError(f"No confirmation mail lies in {settings.MAILBOX_DIR}.")


def samples() -> list[Path]:
    """Return the digests that come with the project: of each morning a page and a list."""
    return sorted(SAMPLES.glob("2026-*"))


def share_out(files: Sequence[Path]) -> dict[dt.date, list[Path]]:
    """Give every morning its part of the files, in their order."""
    shares: dict[dt.date, list[Path]] = {date: [] for date in MORNINGS}
    for number, path in enumerate(files):
        shares[MORNINGS[number * len(MORNINGS) // max(len(files), len(MORNINGS))]].append(path)
    return shares


def ingest(path: Path, date: dt.date) -> Ingested:
    """Store a digest under the date of its morning; raises DigestError like any ingest."""
    now = dt.datetime.combine(date, dt.time(6), dt.UTC)
    file = read(path, today=date)
    return store_file(file, _source_of(file.kind), date=date, now=now)


def fill(now: dt.datetime) -> None:
    """Bring the samples as if they were of the last days, and the readers, for a first look."""
    for date, files in share_out(samples()).items():
        for path in files:
            ingest(path, now.date() - (MORNINGS[-1] - date))
    for reader in READERS:
        sign_up(reader, now)
    letters.post_waiting(now)
    for reader in READERS:
        confirm(reader, now)


def deliver_morning(date: dt.date, is_alive: Callable[[], bool]) -> None:
    """Ring the worker with the time of a morning, and wait until everything is settled."""
    now = at(date)
    tick.delay(now.isoformat())

    def is_settled() -> bool:
        ticked = Heartbeat.objects.filter(name="tick", beaten_at__gte=now).exists()
        composed = ticked and not Subscriber.objects.due(now).exists()
        return composed and not Delivery.objects.filter(state__in=Delivery.OPEN).exists()

    wait_for(f"the morning of {date} was delivered", is_settled, is_alive)


def _source_of(kind: Kind) -> Source:
    """Return where digests of a kind come from: pages from one source, lists from another."""
    slug, fields = "demo", {"name": "Demo"}
    if kind == Kind.HUGGING_FACE:
        slug, fields = "demo-votes", {"name": "Demo, with votes", "kind": kind}
    return Source.objects.get_or_create(slug=slug, defaults=fields)[0]
