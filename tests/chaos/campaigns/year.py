"""A year of mornings in minutes: on each day something fails, and readers come and go."""

import datetime as dt
from dataclasses import dataclass
from random import Random

from django.db import connection
from django.db.backends.utils import CursorWrapper

from chaos import rows
from chaos.campaigns import Orders
from chaos.crew import Crew
from chaos.judge import Judgement, judge
from chaos.log import Log
from chaos.post import DOUBTFUL, Post
from chaos.stage import Stage
from newsletter.compose import compose
from newsletter.deliver import prepare
from newsletter.sending.outcome import ClosedError
from newsletter.sending.send import send_ready
from subscribers import lifecycle
from subscribers.models import Subscriber

FIRST = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC)  # the morning begins at seven
ONE_DAY = dt.timedelta(days=1)
ROUNDS = [dt.timedelta(minutes=minutes) for minutes in (0, 5, 30, 120, 18 * 60)]
ABSENCE = 3 * ONE_DAY
MOST_GROWTH = 1.25  # of what a delivery takes up, from half time to the end


def run(stage: Stage, orders: Orders) -> Judgement:
    """Live day after day; look at how large everything is at half time and at the end."""
    days, readers = orders.of(14, 365), orders.of(60, 200)
    year = _Year(stage.log, orders.chance, readers)
    for day in range(days):
        year.live(FIRST + day * ONE_DAY)
        if day == days // 2:
            half = Sizes.now()
    end = Sizes.now()
    taken = stage.log.read()
    late = sum(year.left.get(mail.recipient, dt.date.max) <= mail.date for mail in taken)
    others = [f"{late} sent to readers who had left"] if late else []
    judgement = judge(taken, due=year.due, bound=len(taken) * 2 * DOUBTFUL // 1000)
    return judgement.noting(
        {
            "mornings": days,
            "deaths": year.crew.killed,
            "bytes a delivery": round(end.a_delivery),
        },
        [*others, *end.growth_since(half), *year.crew.complaints],
    )


class _Year:
    """The readers, and what became of them."""

    def __init__(self, log: Log, chance: Random, readers: int) -> None:
        self.crew = Crew(self._act)
        self.due = 0
        self.left: dict[str, dt.date] = {}
        self._log, self._chance = log, chance
        self._now, self._seed = FIRST, 0.0
        self._numbers = 0
        self._welcome(readers)

    def live(self, now: dt.datetime) -> None:
        """Have some readers come and go, then send in several rounds, each until it fails."""
        self._now = now
        rows.list_papers(now.date())
        self._welcome(1)
        active = Subscriber.objects.mailable().order_by("?")
        for_good, for_a_while = active[:2]
        lifecycle.unsubscribe(for_good, now)
        self.left[for_good.email] = now.date()
        lifecycle.pause(for_a_while, now + ABSENCE)
        lifecycle.wake(now)
        self.due += Subscriber.objects.due(now).count()
        for later in ROUNDS:
            self._now, self._seed = now + later, self._chance.random()
            self.crew.start()
            self.crew.wait()

    def _welcome(self, count: int) -> None:
        numbers = range(self._numbers, self._numbers + count)
        rows.subscribe(numbers, self._now, rows.the_topics())
        self._numbers += count

    def _act(self) -> None:
        """Do in a process of its own what a tick does."""
        now = self._now
        prepare(now)
        compose(now)
        post = Post(self._log.path, Random(self._seed))  # noqa: S311
        while True:
            try:
                send_ready(post, lambda: now)
            except ClosedError:
                continue
            return


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is in the database."""

    deliveries: int
    bytes_of_deliveries: int
    others: dict[str, int]
    """How many rows there are in each table that only keeps what is going on."""

    @classmethod
    def now(cls) -> "Sizes":
        """Look, as autovacuum would leave it."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM FULL")
            names = connection.introspection.table_names(cursor)
            counts = {name: _ask(cursor, COUNT.format(name)) for name in names}
            sizes = {name: _ask(cursor, SIZE.format(name)) for name in names}
        others = {name: count for name, count in counts.items() if name not in STORED}
        return cls(
            counts["newsletter_delivery"],
            sizes["newsletter_delivery"] + sizes["newsletter_bundle"],
            others,
        )

    @property
    def a_delivery(self) -> float:
        """How many bytes a delivery takes up, with its share of a bundle."""
        return self.bytes_of_deliveries / self.deliveries

    def growth_since(self, half: "Sizes") -> list[str]:
        """Say what has grown that should not have."""
        grown = [
            f"{name} grew from {half.others[name]} to {count} rows"
            for name, count in self.others.items()
            if count > half.others[name]
        ]
        if self.a_delivery > MOST_GROWTH * half.a_delivery:
            grown.append(f"a delivery grew from {half.a_delivery:.0f} to {self.a_delivery:.0f} B")
        return grown


def _ask(cursor: CursorWrapper, question: str) -> int:
    cursor.execute(question)
    return int(cursor.fetchone()[0])


COUNT, SIZE = "SELECT count(*) FROM {}", "SELECT pg_total_relation_size('{}')"
# What a day is to leave behind; all other tables only hold what is going on.
STORED = {
    "digests_alias",
    "digests_digest",
    "digests_digestpaper",
    "digests_paper",
    "digests_papertopic",
    "digests_source",
    "newsletter_bundle",
    "newsletter_delivery",
    "newsletter_edition",
    "newsletter_morning",
    "subscribers_subscriber",
    "subscribers_subscription",
}
