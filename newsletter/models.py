import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from subscribers.models import Subscriber

# So many deliveries a claim: few enough that workers share a morning evenly, enough that claiming
# costs each of them next to nothing.
BUNDLE_SIZE = 1000


class Morning(models.Model):
    """One local date and how many readers were due on it: what the deliveries must add up to."""

    date = models.DateField(unique=True)
    due = models.PositiveIntegerField(default=0)
    is_paused = models.BooleanField(
        default=False, help_text="Its mails wait, until this is taken back or the morning is over."
    )

    class Meta:
        ordering: ClassVar = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class Edition(models.Model):
    """A composed list of papers. As in a newspaper, everyone with the same list gets the same one.

    It is addressed by its content and has no date: who gets the same list another day, gets the
    same edition. The empty one tells weekly readers who want to hear of it that there was nothing.
    """

    key = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of both lists.")
    paper_ids = ArrayField(models.BigIntegerField(), help_text="In reading order.")
    topic_ids = ArrayField(models.BigIntegerField(), help_text="The topics that chose them.")
    composed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-composed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paper_ids__len__gt=0, topic_ids__len__gt=0)
                | Q(paper_ids=[], topic_ids=[]),
                name="edition_says_what_chose_its_papers",
            ),
        ]

    def __str__(self) -> str:
        return f"edition#{self.pk}"


class BundleQuerySet(models.QuerySet["Bundle"]):
    """Bundles by what may happen to them next."""

    def ready(self, now: dt.datetime) -> "BundleQuerySet":
        """Return those that may be claimed: their time has come, and nobody halts them."""
        paused = Morning.objects.filter(date=models.OuterRef("date"), is_paused=True)
        free = self.filter(is_settled=False, claim=None, ready_at__lte=now, closes_at__gt=now)
        return free.exclude(models.Exists(paused)).exclude(models.Exists(Halt.objects.all()))

    def lost(self, now: dt.datetime) -> "BundleQuerySet":
        """Return those whose worker has not been heard of for longer than a lease."""
        return self.filter(lease_until__lte=now)


class Bundle(models.Model):
    """Deliveries that one worker takes together, as a carrier takes a bundle of newspapers.

    The claim and the fence stand here, not on each delivery: one small row is written where there
    would be hundreds. `leaving` is the fence. A delivery is in it before its mail may leave, and
    until its answer is recorded; so when a worker is lost, those of `leaving` may have arrived and
    all others of the bundle never left.
    """

    date = models.DateField(help_text="The morning of all its deliveries.")
    composed_at = models.DateTimeField()
    ready_at = models.DateTimeField(help_text="When it may be claimed.")
    closes_at = models.DateTimeField(help_text="When its morning is over.")
    claim = models.UUIDField(null=True, help_text="The worker that holds it.")
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0, help_text="Since anything came of one.")
    leaving = ArrayField(models.BigIntegerField(), default=list)
    is_settled = models.BooleanField(default=False, help_text="None of its deliveries can leave.")

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(claim__isnull=True, lease_until__isnull=True, leaving__len=0)
                | Q(claim__isnull=False, lease_until__isnull=False),
                name="bundle_is_leased_while_claimed",
            ),
            models.CheckConstraint(
                condition=Q(is_settled=False) | Q(claim__isnull=True),
                name="settled_bundle_is_nobodys",
            ),
        ]
        indexes: ClassVar = [
            # In the order in which they are taken.
            models.Index(
                fields=["claims", "ready_at", "id"],
                condition=Q(is_settled=False),
                name="bundle_open",
            ),
            models.Index(fields=["date"], name="bundle_date"),
        ]

    def __str__(self) -> str:
        return f"bundle#{self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what may happen to them next."""

    def waiting(self) -> "DeliveryQuerySet":
        """Return those that their bundle's next worker is to hand over."""
        return self.filter(state=Delivery.State.PLANNED, next_attempt_at=None)

    def put_off(self) -> "DeliveryQuerySet":
        """Return those that were refused for now, and are in no worker's hands."""
        return self.filter(state=Delivery.State.PLANNED, next_attempt_at__isnull=False)

    def to_nobody(self) -> "DeliveryQuerySet":
        """Return those whose reader left, paused, was suppressed or was erased."""
        readers = Subscriber.objects.mailable().filter(pk=models.OuterRef("subscriber_id"))
        return self.exclude(models.Exists(readers))


class Delivery(models.Model):
    """One subscriber, one local date, one edition: the outbox row, and what she has seen.

        planned -> sent
                -> planned     refused for now: again at `next_attempt_at`, in another bundle
                -> failed      refused for good
                -> uncertain   handed over, answer unknown: never sent again by itself
                -> cancelled   she left before it did, or has it all by now
                -> expired     its morning is over
        skipped                nothing new for her, from the start
        uncertain -> any result, when the answer comes late after all

    Who writes which: `compose` planned and skipped; `ledger` the results; `claims` cancelled;
    `sweep` what got stuck or old; `events` what the provider tells later, which corrects any of
    them. Whether a planned one is on its way, its bundle knows.
    """

    class State(models.TextChoices):
        """Where a delivery stands."""

        PLANNED = "planned", "Planned"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Skipped: nothing new"
        FAILED = "failed", "Failed"
        UNCERTAIN = "uncertain", "Uncertain: handed over, answer unknown"
        CANCELLED = "cancelled", "Cancelled: she left, or had it all"
        EXPIRED = "expired", "Expired: its morning is over"

    OPEN = (State.PLANNED,)
    FINAL = (
        State.SENT,
        State.SKIPPED,
        State.FAILED,
        State.UNCERTAIN,
        State.CANCELLED,
        State.EXPIRED,
    )
    # Its papers are, or may be, in her inbox; or are about to be.
    SEEN = (State.PLANNED, State.SENT, State.UNCERTAIN)

    # The unique constraint below serves as this one's index. PostgreSQL need not look each time
    # whether a row refers to something: nothing deletes editions or bundles that have deliveries,
    # and who erases a reader first takes the row without which nobody composes for her.
    subscriber = models.ForeignKey(
        Subscriber,
        models.SET_NULL,
        null=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    bundle = models.ForeignKey(
        Bundle, models.PROTECT, related_name="deliveries", db_constraint=False
    )
    date = models.DateField(help_text="The local date of her morning.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Hand-overs answered.")
    state = models.CharField(max_length=10, choices=State)
    reason = models.TextField(blank=True, help_text="Why it came to this state, where not obvious.")
    next_attempt_at = models.DateTimeField(
        null=True, help_text="Put off until then; otherwise its bundle says."
    )
    sent_at = models.DateTimeField(null=True)
    message_id = models.TextField(blank=True, help_text="As the provider named the mail.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-date", "-pk"]
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscriber", "date"], name="one_delivery_a_reader_and_date"
            ),
            models.CheckConstraint(
                condition=Q(state="skipped", edition__isnull=True)
                | (~Q(state="skipped") & Q(edition__isnull=False)),
                name="delivery_has_an_edition_unless_skipped",
            ),
        ]
        # No index may know `state`: changing it then touches no index, and half of the work of
        # recording a result is saved (PostgreSQL's heap-only tuples).
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_put_off",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery#{self.pk}"


class Halt(models.Model):
    """While there is one, no edition leaves: the operator's switch, and that of a restored backup.

    The fence asks for it, so it holds from the moment at which it is committed.
    """

    class Cause(models.TextChoices):
        """Who halted."""

        OPERATOR = "operator", "An operator"
        RESTORED = "restored", "The database is older than what was sent"

    cause = models.CharField(max_length=10, choices=Cause, unique=True)
    reason = models.TextField(blank=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"halt: {self.cause}"


class Breaker(models.Model):
    """A transport that takes no mail: nobody tries it before `retry_at`, and then one worker does.

    Without a row, or without `opened_at`, it is in order.
    """

    transport = models.CharField(max_length=50, primary_key=True)
    failures = models.PositiveIntegerField(
        default=0, help_text="Attempts in a row that reached nobody."
    )
    opened_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    probes = models.PositiveIntegerField(default=0, help_text="In vain, since it opened.")
    probing_until = models.DateTimeField(null=True, help_text="While one worker tries.")
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, retry_at__isnull=True)
                | Q(opened_at__isnull=False, retry_at__isnull=False),
                name="open_breaker_says_when_to_retry",
            ),
        ]

    def __str__(self) -> str:
        return self.transport


class WarmUpDay(models.Model):
    """A day (UTC) of a warm-up, and how many of its editions workers have taken to send."""

    date = models.DateField(primary_key=True)
    taken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class Heartbeat(models.Model):
    """When a periodic task last ran: what tells a quiet morning from a dead worker."""

    name = models.CharField(max_length=50, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class EventQuerySet(models.QuerySet["Event"]):
    """Events by what may happen to them next."""

    def waiting(self) -> "EventQuerySet":
        """Return those that are to be applied: whatever failed too often is left alone."""
        return self.filter(applied_at=None, attempts__lt=Event.MOST_ATTEMPTS)


class Event(models.Model):
    """One notice from the provider, in Anymail's words, of what became of a mail that it took.

    Notices come late, in any order and more than once. Of whom they speak only a keyed hash is
    kept, and of their own words only the codes.
    """

    class Kind(models.TextChoices):
        """What happened, where it changes anything."""

        QUEUED = "queued", "Queued: the provider has taken it"
        SENT = "sent", "Sent: the provider has taken it"
        REJECTED = "rejected", "Rejected: the provider does not send it"
        FAILED = "failed", "Failed: the provider could not send it"
        DEFERRED = "deferred", "Deferred: her server wants it later"
        DELIVERED = "delivered", "Delivered: her server has taken it"
        BOUNCED = "bounced", "Bounced: her server refused it, or sent it back"
        COMPLAINED = "complained", "Complained: she called it spam"
        UNSUBSCRIBED = "unsubscribed", "Unsubscribed: she left by way of the provider"

    # What every mail brings, and nothing follows from it but that the mail is on its way.
    GOOD_NEWS = (Kind.QUEUED, Kind.SENT, Kind.DEFERRED, Kind.DELIVERED)
    MOST_ATTEMPTS = 5

    provider = models.CharField(max_length=20)
    key = models.BinaryField(
        max_length=32, help_text="SHA-256 of the provider's number for it, else of all its words."
    )
    kind = models.CharField(max_length=12, choices=Kind)
    # It may name any number, and deliveries are written without a look at their events.
    delivery = models.ForeignKey(
        Delivery, models.DO_NOTHING, null=True, db_constraint=False, related_name="events"
    )
    recipient = models.BinaryField(max_length=32, null=True, help_text="A keyed hash.")
    reject_reason = models.CharField(max_length=12, blank=True)
    is_bad_address = models.BooleanField(
        default=False, help_text="There is no such mailbox, now or later."
    )
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Those that failed.")
    raw = models.JSONField(default=dict, help_text="The provider's own codes.")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "key"], name="event_is_kept_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(applied_at=None), name="event_waiting"),
            models.Index(fields=["received_at"], name="event_age"),
        ]

    def __str__(self) -> str:
        return f"event#{self.pk}: {self.kind}"
