import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from config.languages import LANGUAGES, USUAL_LANGUAGE
from digests.models import Paper, Topic
from subscribers import addresses, tokens
from subscribers.schedule import EVERY_DAY, SINGLE_DAYS, Schedule

MOST_PAPERS, USUAL_PAPERS = 30, 12
USUAL_HOUR = 7


class Suppression(models.Model):
    """An address that must not be written to, kept as a keyed hash that outlives its reader."""

    class Reason(models.TextChoices):
        """Who says that no mail may go there."""

        BOUNCED = "bounced", "Its mailbox does not exist"
        COMPLAINED = "complained", "Its reader called our mail spam"
        OPERATOR = "operator", "An operator's decision"

    fingerprint = models.BinaryField(max_length=32, unique=True)
    reason = models.CharField(max_length=20, choices=Reason)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"suppression#{self.pk}: {self.reason}"


def _suppression() -> models.Exists:
    return models.Exists(Suppression.objects.filter(fingerprint=models.OuterRef("fingerprint")))


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Subscribers by what may be done with them."""

    def at(self, address: str) -> "SubscriberQuerySet":
        """Return who is known by an address, whatever its capitals: one, or none."""
        return self.filter(fingerprint=addresses.fingerprint(address))

    def suppressed(self) -> "SubscriberQuerySet":
        """Return those whose address must not be written to."""
        return self.filter(_suppression())

    def mailable(self) -> "SubscriberQuerySet":
        """Return those who may be sent editions: the one definition of that."""
        return self.filter(~_suppression(), state=Subscriber.State.ACTIVE)

    def unreachable(self) -> "SubscriberQuerySet":
        """Return those who may not be sent as much as a letter: they left, or must be spared."""
        return self.filter(Q(state=Subscriber.State.UNSUBSCRIBED) | Q(_suppression()))

    def due(self, now: dt.datetime) -> "SubscriberQuerySet":
        """Return the mailable ones whose morning has begun."""
        return self.mailable().filter(next_morning__begins_at__lte=now)


class Subscriber(models.Model):
    """An address and its state. Only `subscribers.lifecycle` changes the state."""

    class State(models.TextChoices):
        """Where a subscriber stands."""

        PENDING = "pending", "Pending: the address is not confirmed"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed"

    # Who is subscribed.
    READS = (State.ACTIVE, State.PAUSED)

    class Abstracts(models.TextChoices):
        """How much of a paper's abstract she reads in a mail."""

        SHORT = "short", "The first sentences"
        FULL = "full", "All of it"

    email = models.EmailField(max_length=254)
    fingerprint = models.BinaryField(max_length=32, unique=True)
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    # Two secrets, so that the link in a mail's header, which mail programs and scanners open, can
    # make her mail less or stop it, and shows neither her address nor her own words.
    preferences_token = models.CharField(max_length=22, unique=True, default=tokens.new)
    unsubscribe_token = models.CharField(max_length=22, unique=True, default=tokens.new)
    time_zone = models.CharField(max_length=64, default="UTC")
    hour = models.PositiveSmallIntegerField(
        default=USUAL_HOUR, validators=[MaxValueValidator(23)], help_text="0-23, in her time zone."
    )
    days = models.PositiveSmallIntegerField(
        default=EVERY_DAY,
        validators=[MinValueValidator(1), MaxValueValidator(EVERY_DAY)],
        help_text="A bit a weekday, Monday the lowest.",
    )
    max_papers = models.PositiveSmallIntegerField(
        default=USUAL_PAPERS, validators=[MinValueValidator(1), MaxValueValidator(MOST_PAPERS)]
    )
    abstracts = models.CharField(max_length=5, choices=Abstracts, default=Abstracts.SHORT)
    language = models.CharField(max_length=10, choices=LANGUAGES, default=USUAL_LANGUAGE)
    hears_of_silence = models.BooleanField(
        default=False, help_text="A weekly reader is told when a week brought nothing new."
    )
    paused_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    topics = models.ManyToManyField(Topic, through="Subscription", related_name="subscribers")

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="subscriber_address_is_unique"),
            models.CheckConstraint(
                condition=Q(hour__lte=23)
                & Q(days__gte=1, days__lte=EVERY_DAY)
                & Q(max_papers__gte=1, max_papers__lte=MOST_PAPERS),
                name="subscriber_choices_are_in_range",
            ),
            models.CheckConstraint(
                condition=Q(days__in=SINGLE_DAYS) | Q(hears_of_silence=False),
                name="only_weekly_readers_hear_of_silence",
            ),
        ]

    def __str__(self) -> str:
        return f"subscriber#{self.pk}"

    def is_at(self, address: str) -> bool:
        """Tell whether this is her address, whatever its capitals."""
        return bytes(self.fingerprint) == addresses.fingerprint(address)

    @property
    def schedule(self) -> Schedule:
        """When her mornings are."""
        return Schedule(self.time_zone, self.hour, self.days)

    @property
    def next_due_at(self) -> dt.datetime | None:
        """When her next morning begins; None for who is not active."""
        return self.next_morning.begins_at if hasattr(self, "next_morning") else None


class NextMorning(models.Model):
    """When an active reader is due next, and what she wants then; nobody else has one.

    Every morning writes it for every reader. So it is no part of her own row, which is three times
    as wide, and no index knows `begins_at`: the row is then written in its place, and no index at
    all (PostgreSQL's heap-only tuples). That is an eighth of composing; to look through a million
    rows for who is due takes 0.06 s.

    `subscribers.mornings` writes it, and composing moves it on.
    """

    subscriber = models.OneToOneField(
        Subscriber, models.CASCADE, primary_key=True, related_name="next_morning"
    )
    begins_at = models.DateTimeField()
    choice = models.UUIDField(help_text="Equal for all who want the same papers, and as many.")
    newest_since = models.DateField(help_text="The latest date since which she follows a topic.")

    def __str__(self) -> str:
        return f"next morning of subscriber#{self.subscriber_id}"


class Subscription(models.Model):
    """A subscriber follows a topic; only papers first listed since then come by it.

    Or she excludes it: then none of its papers comes, whichever topic would bring it.
    """

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="subscriptions")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="subscriptions")
    since = models.DateField()
    excludes = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "topic"], name="subscriber_follows_a_topic_once"
            ),
        ]

    def __str__(self) -> str:
        return f"subscriber#{self.subscriber_id} {self.deed} topic#{self.topic_id}"

    @property
    def deed(self) -> str:
        """What she does with the topic, as operators read it."""
        return "leaves out" if self.excludes else "follows"


class Feedback(models.Model):
    """What a reader says of a paper that she was sent: kept for ranking."""

    class Verdict(models.TextChoices):
        """What she wants of its like."""

        MORE = "more", "More like this"
        LESS = "less", "Not for me"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="feedback")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict)
    given_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-given_at"]
        verbose_name_plural = "feedback"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "paper"], name="one_verdict_a_reader_and_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"subscriber#{self.subscriber_id} wants {self.verdict} like paper#{self.paper_id}"


class Departure(models.Model):
    """Why somebody left, if she said so. It is nobody's: no row tells who it was."""

    class Reason(models.TextChoices):
        """What she ticked."""

        TOO_MUCH = "too much", "Too much mail"
        NOT_MY_PAPERS = "not my papers", "The papers were not for me"
        READ_ELSEWHERE = "elsewhere", "I find papers elsewhere"
        NEVER_ASKED = "never asked", "I never asked for it"
        OTHER = "other", "Something else"

    left_on = models.DateField()
    reason = models.CharField(max_length=20, choices=Reason)
    words = models.TextField(blank=True, help_text="Her own, if she added any.")

    class Meta:
        ordering: ClassVar = ["-left_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.left_on:%Y-%m-%d}: {self.reason}"


class Letter(models.Model):
    """A single mail that somebody asked for on a form: to confirm, or her personal link.

    One kind nobody asked for: it tells an address that its reader has moved away.

    Letters go out at least once, where editions go out at most once; and the rows are the ledger
    by which nobody can have a stranger's inbox filled.
    """

    class Kind(models.TextChoices):
        """What the letter says."""

        CONFIRM = "confirm", "Please confirm"
        LINK = "link", "Your personal link"
        MOVE = "move", "Please confirm your new address"
        MOVED = "moved", "Your mail goes to another address now"

    class State(models.TextChoices):
        """What became of the letter."""

        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=20, choices=Kind)
    address = models.EmailField(
        max_length=254, blank=True, help_text="Where it goes, if not to her own address."
    )
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    token_fingerprint = models.BinaryField(max_length=32, null=True, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-requested_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="waiting"),
                name="letter_waiting",
            ),
            models.Index(
                fields=["requested_at"],
                condition=Q(kind__in=["move", "moved"]),
                name="letter_of_a_move",
            ),
        ]

    def __str__(self) -> str:
        return f"letter#{self.pk} to subscriber#{self.subscriber_id}"
