import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from subscribers.models import Subscriber


class Morning(models.Model):
    """One local date and how many readers were due on it: what the deliveries must add up to."""

    date = models.DateField(unique=True)
    due = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}"


class Edition(models.Model):
    """A composed list of papers. As in a newspaper, everyone with the same list gets the same one.

    It is addressed by its content and has no date: who gets the same list another day, gets the
    same edition.
    """

    key = models.BinaryField(max_length=32, unique=True, help_text="SHA-256 of both lists.")
    paper_ids = ArrayField(models.BigIntegerField(), help_text="In reading order.")
    topic_ids = ArrayField(models.BigIntegerField(), help_text="The topics that chose them.")
    composed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-composed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(paper_ids__len__gt=0) & Q(topic_ids__len__gt=0),
                name="edition_is_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"edition#{self.pk}"


def _reader_is_mailable() -> models.Exists:
    readers = Subscriber.objects.mailable()
    return models.Exists(readers.filter(pk=models.OuterRef("subscriber_id")))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what may happen to them next."""

    def open(self) -> "DeliveryQuerySet":
        """Return those of which the last word is not spoken."""
        return self.filter(state__in=Delivery.OPEN)

    def to_mailable(self) -> "DeliveryQuerySet":
        """Return those whose reader may be written to at this moment."""
        return self.filter(_reader_is_mailable())

    def to_nobody(self) -> "DeliveryQuerySet":
        """Return those whose reader left, paused, was suppressed or was erased."""
        return self.filter(~_reader_is_mailable())

    def ready(self, now: dt.datetime) -> "DeliveryQuerySet":
        """Return those that may be claimed."""
        return self.filter(
            state=Delivery.State.PLANNED, next_attempt_at__lte=now, closes_at__gt=now
        ).to_mailable()


class Delivery(models.Model):
    """One subscriber, one local date, one edition: the outbox row, and what she has seen.

        planned -> claimed -> sending -> sent
                                      -> planned     refused for now: again after a while
                                      -> failed      refused for good
                                      -> uncertain   handed over, answer unknown: never sent again
        planned, claimed -> cancelled                she left before it did, or has it all by now
        planned -> expired                           its morning is over
        skipped                                      nothing new for her, from the start

    Who writes which: `compose` planned and skipped; `send` claimed, sending, cancelled and the
    results; `sweep` what got stuck or old.
    """

    class State(models.TextChoices):
        """Where a delivery stands."""

        PLANNED = "planned", "Planned"
        CLAIMED = "claimed", "Claimed by a worker"
        SENDING = "sending", "Being handed over"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Skipped: nothing new"
        FAILED = "failed", "Failed"
        UNCERTAIN = "uncertain", "Uncertain: handed over, answer unknown"
        CANCELLED = "cancelled", "Cancelled: she left, or had it all"
        EXPIRED = "expired", "Expired: its morning is over"

    OPEN = (State.PLANNED, State.CLAIMED, State.SENDING)
    FINAL = (
        State.SENT,
        State.SKIPPED,
        State.FAILED,
        State.UNCERTAIN,
        State.CANCELLED,
        State.EXPIRED,
    )
    # Its papers are, or may be, in her inbox; or are about to be.
    SEEN = (*OPEN, State.SENT, State.UNCERTAIN)

    subscriber = models.ForeignKey(
        Subscriber, models.SET_NULL, null=True, related_name="deliveries"
    )
    date = models.DateField(help_text="The local date of her morning.")
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State)
    reason = models.TextField(blank=True, help_text="Why it came to this state, where not obvious.")
    claim = models.UUIDField(null=True, help_text="The worker that holds it.")
    lease_until = models.DateTimeField(null=True)
    claims = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Hand-overs begun.")
    next_attempt_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="When its morning is over.")
    sent_at = models.DateTimeField(null=True)
    message_id = models.TextField(blank=True, help_text="As the provider or we named the mail.")
    composed_at = models.DateTimeField()

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
            models.CheckConstraint(
                # Who was handed it over keeps the claim afterwards: a late answer may still come.
                condition=Q(state__in=["claimed", "sending"], claim__isnull=False)
                | Q(state="planned", claim__isnull=True)
                | ~Q(state__in=["planned", "claimed", "sending"]),
                name="delivery_is_claimed_while_held",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["edition", "next_attempt_at"],
                condition=Q(state="planned"),
                name="delivery_planned",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "sending"]),
                name="delivery_held",
            ),
            models.Index(fields=["date", "state"], name="delivery_accounts"),
        ]

    def __str__(self) -> str:
        return f"delivery#{self.pk}"


class Heartbeat(models.Model):
    """When a periodic task last ran: what tells a quiet morning from a dead worker."""

    name = models.CharField(max_length=50, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
