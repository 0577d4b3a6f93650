"""The promises, held against the real database by a machine that does what the world does.

Readers come and go, digests arrive, clocks move, workers claim, hand over, die between any two
steps or wake up late. After every step the machine compares what left with its own memory of who
asked for what. The judge is what the other side accepted, never what our tables say.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import hypothesis.strategies as st
import pytest
from django.conf import settings as dj_settings
from django.core import mail
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from digests.ingest.once import ingest
from digests.matching import stored
from digests.matching.own.words import read_words
from digests.matching.rematch import rematch
from digests.models import Paper, Source, Topic
from digests.sources import ParsedDigest, ParsedPaper
from newsletter.accounts import accounts
from newsletter.compose import compose
from newsletter.compose.lists import STATEMENTS
from newsletter.compose.readers import MINE
from newsletter.demo import CONFIRM_LINK
from newsletter.models import Bundle, Delivery, Edition
from newsletter.sending.claims import take
from newsletter.sending.copies import Copy
from newsletter.sending.message import Message, to_wire
from newsletter.sending.outcome import Outcome, Verdict
from newsletter.sending.postbook import ENTER, Postbook
from newsletter.sending.sweep import sweep
from subscribers import choosing, letters, lifecycle
from subscribers.choosing import Choice, Wishes
from subscribers.models import Subscriber, Suppression
from subscribers.schedule import EVERY_DAY, Schedule

START = dt.datetime(2026, 3, 16, 14, tzinfo=dt.UTC)
WORDS = {"diffusion": "diffusion model", "graphs": "graph neural network", "robotics": "robot arm"}
ADDRESSES = ("ada@example.org", "emmy@example.org", "grace@example.org", "mary@example.org")
ZONES = ("UTC", "Asia/Kolkata", "America/Los_Angeles")

# What readers type, and what a paper says that it is to find.
TYPED = {"Diffusion-Models": "diffusion model", '"robot arms"': "robot arm", "Nothings": "nothing"}


@dataclass(frozen=True)
class Wish:
    """What a reader chooses: topics of the catalogue, and her own words, each to come or not."""

    topics: set[str] = field(default_factory=set)
    typed: dict[str, bool] = field(default_factory=dict)
    hears_of_silence: bool = False

    def choice(self) -> Choice:
        """Return it as the form hands it on."""
        topics = Topic.objects.filter(kind__in=["catalogue", "everything"], key__in=self.topics)
        own, excluded = (read_words(", ".join(self._typed(comes=comes))) for comes in (True, False))
        return Choice([*topics], own, excluded)

    def is_granted_by(self, paper: Paper) -> bool:
        """Tell by what a paper says whether she wants it."""
        text = " ".join(f"{paper.title} {paper.abstract}".lower().split())
        said = {name for name, words in {**WORDS, **TYPED}.items() if words in text}
        wanted = self.topics | self._typed(comes=True)
        return bool(wanted & {*said, "everything"}) and not said & self._typed(comes=False)

    def _typed(self, *, comes: bool) -> set[str]:
        return {word for word, does in self.typed.items() if does is comes}


topics = st.sampled_from([*WORDS, "everything"])
typed = st.dictionaries(st.sampled_from([*TYPED]), st.booleans(), max_size=2)
wishes = st.builds(Wish, st.sets(topics, min_size=1, max_size=3), typed)
some_words = st.sets(st.sampled_from([*WORDS, "nothing"]), min_size=1, max_size=2)
digests = st.lists(some_words, min_size=1, max_size=3)
addresses, numbers = st.sampled_from(ADDRESSES), st.integers(1, 3)
comings = st.sampled_from(["sign_up", "sign_up", "confirm", "confirm", "choose", "resume"])
goings = st.sampled_from(["pause", "leave", "complain", "be_erased"])
worker_steps = st.sampled_from(["take_a_step"] * 5 + ["finish"] * 2 + ["die"] * 2)
verdicts = st.sampled_from([Verdict.ACCEPTED] * 4 + [*Verdict])
hours, ages = st.sampled_from([24, 24, 1, 12, 72]), st.sampled_from([0, 0, 0, 3])
EVENTS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "a_morning_comes": st.tuples(hours, digests, ages),
    "a_worker": st.tuples(worker_steps, numbers, verdicts, digests),
    "claim": st.just(()),
    "sweep": st.just(()),
    "a_reader_comes": st.tuples(comings, addresses, wishes, numbers),
    "a_reader_goes": st.tuples(goings, addresses, wishes, numbers),
}
# What happens often in the world happens often here: an example in which everybody leaves before
# the first morning shows nothing. (`one_of` would forget that a strategy is given twice.)
OFTEN = {"a_worker": 11, "a_reader_comes": 2, "a_reader_goes": 2}
verbs = st.sampled_from([verb for verb in EVENTS for _ in range(OFTEN.get(verb, 1))])
events = verbs.flatmap(lambda verb: st.tuples(st.just(verb), EVENTS[verb]))
NUMBERED = [Topic, Paper, Subscriber, Edition, Bundle, Delivery]
UNSEEN = {state for state in Delivery.State if state not in Delivery.SEEN}
LEASE = dj_settings.LEASE + dt.timedelta(minutes=1)


@dataclass
class Worker:
    """A worker with the copies it has claimed, and the mail it has begun and not recorded."""

    postbook: Postbook
    copies: list[Copy]
    begun: Copy | None = None
    outcome: Outcome | None = None

    def enter(self, leaving: list[Copy]) -> bool:
        """Record the outcome, if there is one, and tell whether the next mail may leave."""
        answered = [(mail_of(self.begun), self.outcome)] if self.begun and self.outcome else []
        self.begun = self.outcome = None
        return bool(self.postbook.enter(answered, [*map(mail_of, leaving)]))


def mail_of(copy: Copy) -> Message:
    """Return a mail that says nothing: what it says is no matter here."""
    return Message("paperboy@example.org", copy.email, to_wire(b"Papers"), copy.delivery)


@dataclass
class Memory:
    """What the machine itself remembers of a reader: what she asked for, and what she got."""

    wants_mail: bool = False
    wish: Wish = field(default_factory=Wish)
    got: list[int] = field(default_factory=list)


def number_from_one() -> None:
    """Give rows the same numbers in every example: what is claimed first depends on them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), NUMBERED):
            cursor.execute(statement)


class World(RuleBasedStateMachine):
    """Everything that may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        # Each example starts from the same rows. To `durable` code this outermost block is the
        # test's, as Django's own TestCase marks its blocks.
        self.rollback = transaction.atomic()
        self.rollback._from_testcase = True  # type: ignore[attr-defined]
        self.rollback.__enter__()
        number_from_one()
        stored.forget()  # topics of the last example, which had the same numbers
        self.now = START
        self.titles = ["On graph neural networks"]
        self.source = Source.objects.create(slug="world", name="World")
        self.readers: dict[int, Memory] = {}
        self.suppressed: set[str] = set()
        self.workers: list[Worker] = []
        self.asked_for: dict[int, Wish] = {}
        self.accepted: set[int] = set()
        mail.outbox = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.rollback.__exit__(None, None, None)

    @initialize(wishes=st.lists(wishes, min_size=3, max_size=3))
    def three_readers_are_there(self, wishes: list[Wish]) -> None:
        for address, wish, zone in zip(ADDRESSES, wishes, (1, 2, 3), strict=False):
            self.sign_up(address, wish, zone)
            self.confirm(address)

    @rule(event=events)
    def something_happens(self, event: tuple[Any, ...]) -> None:
        """Let one thing happen. (One rule, not one a verb: hypothesis would switch some off.)"""
        verb, details = event
        getattr(self, verb)(*details)

    # --- Readers --------------------------------------------------------------------------------

    def a_reader(self, act: str, *details: Any) -> None:
        getattr(self, act)(*details)

    a_reader_comes = a_reader_goes = a_reader

    def sign_up(self, address: str, wish: Wish, number: int) -> None:
        lifecycle.subscribe(address, wish.choice(), self.now, time_zone=ZONES[number - 1])
        subscriber = Subscriber.objects.get(email=address)
        memory = self.readers.setdefault(subscriber.pk, Memory())
        if subscriber.state == Subscriber.State.PENDING:
            memory.wish = replace(wish, hears_of_silence=memory.wish.hears_of_silence)

    def confirm(self, address: str, *_: object) -> None:
        letters.post_waiting(self.now)
        links = [CONFIRM_LINK.search(str(m.body)) for m in mail.outbox if m.to == [address]]
        for link in filter(None, links):
            before = lifecycle.awaiting(link[1], self.now)
            was_pending = before is not None and before.state == Subscriber.State.PENDING
            subscriber = lifecycle.confirm(link[1], self.now)
            if subscriber and was_pending:
                self.readers[subscriber.pk].wants_mail = True

    def choose(self, address: str, wish: Wish, number: int) -> None:
        for reader in self._confirmed(address):
            days = 1 << self.now.weekday() if number == 1 else EVERY_DAY
            schedule = Schedule(ZONES[number - 1], 7 * number, days)
            # Of two who want to hear of silence, the first alone reads weekly.
            wishes = Wishes(wish.choice(), schedule, number, hears_of_silence=number < 3)
            choosing.choose(reader, wishes, self.now)
            self.readers[reader.pk].wish = replace(wish, hears_of_silence=number == 1)

    def pause(self, address: str, _wish: Wish, days: int) -> None:
        for reader in self._confirmed(address):
            lifecycle.pause(reader, self.now + dt.timedelta(days=days))
            self.readers[reader.pk].wants_mail = False

    def resume(self, address: str, *_: object) -> None:
        for reader in Subscriber.objects.filter(email=address, state=Subscriber.State.PAUSED):
            lifecycle.resume(reader, self.now)
            self.readers[reader.pk].wants_mail = True

    def leave(self, address: str, *_: object) -> None:
        for reader in self._confirmed(address):
            lifecycle.unsubscribe(reader, self.now)
            self.readers[reader.pk].wants_mail = False

    def complain(self, address: str, *_: object) -> None:
        lifecycle.suppress(address, Suppression.Reason.COMPLAINED, self.now)
        self.suppressed.add(address)

    def be_erased(self, address: str, *_: object) -> None:
        for reader in Subscriber.objects.filter(email=address):
            self.readers.pop(reader.pk)
            lifecycle.erase(reader)

    def _confirmed(self, address: str) -> list[Subscriber]:
        states = [Subscriber.State.ACTIVE, Subscriber.State.PAUSED]
        return [*Subscriber.objects.filter(email=address, state__in=states)]

    # --- Mornings -------------------------------------------------------------------------------

    def a_morning_comes(self, hours: int, digest: list[set[str]], days_ago: int) -> None:
        self.now += dt.timedelta(hours=hours)
        self._ingest(digest, days_ago)
        lifecycle.wake(self.now)
        awake = Subscriber.objects.filter(state=Subscriber.State.ACTIVE)
        for pk in awake.values_list("pk", flat=True):
            self.readers[pk].wants_mail = True
        choosing.forget_unfollowed()
        rematch(self.now)
        compose(self.now)
        composed = Delivery.objects.filter(bundle__composed_at=self.now)
        for delivery in composed.exclude(subscriber=None):
            asked_for = self.readers[delivery.subscriber_id or 0].wish
            self.asked_for.setdefault(delivery.pk, asked_for)

    def _ingest(self, digest: list[set[str]], days_ago: int) -> None:
        """Let a digest arrive: new papers, and one that trends again under another spelling."""
        papers = []
        for slugs in digest:
            about = " and ".join(WORDS.get(slug, slug) for slug in sorted(slugs))
            self.titles.append(f"On {about}, part {len(self.titles)}")
            papers.append(ParsedPaper(self.titles[-1], f"We study {about}."))
        papers.append(ParsedPaper(self.titles[0].upper().replace(" ", "  "), "Again."))
        date = self.now.date() - dt.timedelta(days=days_ago)
        ingest(
            ParsedDigest(tuple(papers)),
            source=self.source,
            date=date,
            fingerprint=str(len(self.titles)),
            now=self.now,
        )

    # --- Workers --------------------------------------------------------------------------------

    def claim(self) -> None:
        postbook = Postbook(lambda: self.now)
        if copies := take(postbook.claim, self.now):
            postbook.take(copies)
            # By what no query plan decides: hypothesis plays an example again to believe it.
            copies.sort(key=lambda copy: (copy.date, copy.subscriber))
            self.workers.append(Worker(postbook, copies))

    def sweep(self) -> None:
        self.now += LEASE
        sweep(self.now)

    def a_worker(self, act: str, number: int, verdict: Verdict, digest: list[set[str]]) -> None:
        if not self.workers:
            self.claim()
        if not self.workers:  # all is done: the next thing to do comes with the next morning
            self.a_morning_comes(24, digest, 0)
        else:
            getattr(self, act)(self.workers[number % len(self.workers)], verdict)

    def finish(self, worker: Worker, _: Verdict) -> None:
        while worker.begun or worker.copies:
            self.take_a_step(worker, Verdict.ACCEPTED)
        worker.postbook.close()
        self.workers.remove(worker)

    def die(self, worker: Worker, _: Verdict) -> None:
        """Let a worker be gone, and what it held be found."""
        self.workers.remove(worker)
        self.sweep()

    def take_a_step(self, worker: Worker, verdict: Verdict) -> None:
        """Let a worker do the next of its two steps; between any two it may die or sleep."""
        if worker.begun and not worker.outcome:
            self._hand_over(worker, worker.begun, verdict)
        else:
            self._enter(worker)

    def _enter(self, worker: Worker) -> None:
        """Record the answer that came, and begin the next mail: one entry in the ledger."""
        if worker.begun and worker.outcome and worker.outcome.verdict is Verdict.BAD_ADDRESS:
            self.suppressed.add(worker.begun.email)
        copy = worker.copies.pop(0) if worker.copies else None
        if worker.enter([copy] if copy else []):
            assert copy
            assert self._may_be_written_to(copy), "mail left for somebody who wants none"
            worker.begun = copy

    def _hand_over(self, worker: Worker, copy: Copy, verdict: Verdict) -> None:
        worker.outcome = Outcome(verdict)
        # Of an unknown answer the worst is supposed: that the mail arrived.
        if verdict in (Verdict.ACCEPTED, Verdict.UNKNOWN):
            self._arrives(copy)

    def _arrives(self, copy: Copy) -> None:
        assert copy.delivery not in self.accepted, "one delivery was accepted twice"
        self.accepted.add(copy.delivery)
        memory = self.readers.get(copy.subscriber)
        if memory is None:  # erased while the mail was leaving
            return
        edition = Edition.objects.get(pk=copy.edition)
        wish = self.asked_for[copy.delivery]
        assert edition.paper_ids or wish.hears_of_silence, "a mail had nothing to say"
        for paper in Paper.objects.filter(pk__in=edition.paper_ids):
            assert paper.pk not in memory.got, "a paper reached a reader twice"
            memory.got.append(paper.pk)
            assert wish.is_granted_by(paper), "a paper came that does not match"

    def _may_be_written_to(self, copy: Copy) -> bool:
        memory = self.readers.get(copy.subscriber)
        return memory is not None and memory.wants_mail and copy.email not in self.suppressed

    # --- What must always hold ------------------------------------------------------------------

    @invariant()
    def everybody_due_is_accounted_for(self) -> None:
        for account in accounts():
            assert account.balances, str(account)

    @invariant()
    def the_tables_agree_with_what_arrived(self) -> None:
        rows = [*Delivery.objects.values_list("pk", "state", "subscriber", "date")]
        sent = {pk for pk, state, *_ in rows if state == Delivery.State.SENT}
        unseen = {pk for pk, state, *_ in rows if state in UNSEEN}
        mornings = [(reader, date) for *_, reader, date in rows if reader]
        assert sent <= self.accepted, "called sent, and never arrived"
        assert not unseen & self.accepted, "arrived, and called unseen"
        assert len(mornings) == len({*mornings}), "two mornings on one date"


THOROUGH = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
HUNT = settings(
    THOROUGH,
    max_examples=1000,
    phases=[Phase.generate],
    derandomize=True,
    report_multiple_bugs=False,
)


@pytest.fixture(autouse=True)
def _three_topics(db: None) -> None:
    """Have few topics, with rules of our own: what is new to them is found the sooner."""
    Topic.objects.catalogue().exclude(key__in=WORDS).delete()
    for key, words in WORDS.items():
        Topic.objects.filter(key=key).update(rules=f"always: {words}", matched_version=F("version"))


@pytest.mark.django_db
def test_the_promises_hold_whatever_happens() -> None:
    run_state_machine_as_test(World, settings=THOROUGH)


def resend_what_is_uncertain(now: dt.datetime) -> int:
    return Bundle.objects.lost(now).update(claim=None, lease_until=None, leaving=[])


def composing(right: str, wrong: str) -> Any:
    """Compose by other statements."""
    statements = tuple(statement.replace(right, wrong) for statement in STATEMENTS)
    assert statements != STATEMENTS
    return patch("newsletter.compose.lists.STATEMENTS", statements)


def entering(right: str, wrong: str) -> Any:
    """Put up the fence by another statement."""
    assert right in ENTER
    return patch("newsletter.sending.postbook.ENTER", ENTER.replace(right, wrong))


def telling_everybody_of_silence() -> Any:
    right = "fingerprint, hears_of_silence"
    assert right in MINE
    wrong = "fingerprint, TRUE AS hears_of_silence"
    return patch("newsletter.compose.readers.MINE", MINE.replace(right, wrong))


SABOTAGES: dict[str, Callable[[], Any]] = {
    "what a reader has seen is forgotten": lambda: patch.object(Delivery, "SEEN", ("never",)),
    "a lost worker's mail is sent again": lambda: patch(
        f"{__name__}.sweep", resend_what_is_uncertain
    ),
    "who left is not asked again before sending": lambda: entering(
        "AND (SELECT email FROM ({mailable})", "OR (SELECT email FROM ({mailable})"
    ),
    "what a reader excludes comes all the same": lambda: composing("wanted & ~unwanted", "wanted"),
    "who never asked for it hears of silence": telling_everybody_of_silence,
    "every topic brings papers": lambda: composing(
        "JOIN digests_papertopic USING (topic_id)",
        "CROSS JOIN (SELECT paper_id FROM digests_papertopic) AS whatever",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_the_machine_notices_when_a_promise_is_broken_on_purpose(sabotage: str) -> None:
    with SABOTAGES[sabotage](), pytest.raises(AssertionError):
        run_state_machine_as_test(World, settings=HUNT)
