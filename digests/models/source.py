import datetime as dt
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from digests.sources import Kind

DAY = "{date}"  # stands in an address for the day that is asked for
WORKING_DAYS = [0, 1, 2, 3, 4]
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEKDAYS = [*enumerate(_NAMES)]


def working_days() -> list[int]:
    """Return Monday to Friday."""
    return [*WORKING_DAYS]


def once_in_the_morning() -> list[dt.time]:
    """Return the one time that suits most sources."""
    return [dt.time(6)]


class SourceQuerySet(models.QuerySet["Source"]):
    """Sources by what is to be done with them."""

    def polled(self) -> "SourceQuerySet":
        """Return those that are fetched by themselves."""
        return self.filter(is_active=True).exclude(url="")


class Source(models.Model):
    """Where digests come from, and when to fetch them. Without an address, by hand alone."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=20,
        choices=[(kind.value, kind.label) for kind in Kind],
        blank=True,
        help_text="How its digests are written; empty: whatever each one looks like.",
    )
    url = models.CharField(
        "address",
        max_length=500,
        blank=True,
        help_text="https://…; {date} in it stands for the day, such as 2026-03-16.",
    )
    is_active = models.BooleanField("active", default=False, help_text="It is fetched by itself.")
    active_since = models.DateField(
        null=True,
        blank=True,
        help_text="Earlier days are not fetched by themselves. Set when it becomes active.",
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS),
        default=working_days,
        help_text="Days on which it brings papers.",
    )
    poll_times = ArrayField(
        models.TimeField(),
        default=once_in_the_morning,
        help_text="When it is looked at, on every such day, in UTC.",
    )
    repoll_days = models.PositiveSmallIntegerField(
        "look-back days",
        default=0,
        help_text="For how many days a day's list is read again: papers and votes come late. "
        "Only for an address with {date}.",
    )
    takes_cross_lists = models.BooleanField(
        "takes cross-lists",
        default=True,
        help_text="Also papers whose main category is another one (arXiv's “cross”). "
        "A change counts from the next list on.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    # How it is. Written by polling, and cleared by switching it on.
    last_success_at = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False, help_text="In a row.")
    last_error = models.TextField(blank=True, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    built_at = models.DateTimeField(
        null=True, editable=False, help_text="When it says that it wrote its newest list."
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_active=False) | models.Q(active_since__isnull=False),
                name="source_knows_since_when_it_is_active",
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=False)
                | (models.Q(weekdays__len__gt=0) & models.Q(poll_times__len__gt=0)),
                name="source_has_times_while_active",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_dated(self) -> bool:
        """Whether it has an address for each day."""
        return DAY in self.url

    def address(self, day: dt.date) -> str:
        """Return where to ask for the list of a day."""
        return self.url.replace(DAY, day.isoformat())

    def clean(self) -> None:
        """Refuse what could not be fetched."""
        if self.is_active and not self.url:
            raise ValidationError({"url": "Give the address at which it is to be fetched."})


class Poll(models.Model):
    """The last good answer of a source for one day: whether to look again, and from where on."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="polls")
    day = models.DateField(help_text="The day that was asked for; without {date}, that of asking.")
    polled_at = models.DateTimeField()
    papers = models.PositiveIntegerField(default=0, help_text="As many as the answer listed.")
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-day", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "day"], name="one_poll_a_source_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day:%Y-%m-%d}"


class Host(models.Model):
    """A host that digests are fetched from, and when it was asked last, by whichever worker."""

    name = models.TextField(primary_key=True)
    last_request_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
