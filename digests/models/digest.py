from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from digests.models.paper import Paper
from digests.models.source import Source


class Digest(models.Model):
    """One source's list of papers for one date, the same for everybody."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="digests")
    date = models.DateField(db_index=True)
    papers = models.ManyToManyField(Paper, through="DigestPaper", related_name="digests")
    fingerprints = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="SHA-256 of every text read into it: an undated page is known again by it.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-date", "source"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "date"], name="digest_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.date:%Y-%m-%d}"


class DigestPaper(models.Model):
    """A paper's place in a digest, and its votes there when they were last read."""

    digest = models.ForeignKey(Digest, models.CASCADE)
    paper = models.ForeignKey(Paper, models.CASCADE)
    place = models.PositiveIntegerField(help_text="1 is the top of the list.")
    upvotes = models.PositiveIntegerField(null=True, blank=True)
    listed_at = models.DateTimeField(help_text="When it was first seen there.")

    class Meta:
        ordering: ClassVar = ["digest", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "paper"], name="digest_lists_a_paper_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.paper_id}"


class Sighting(models.Model):
    """How many votes a listed paper had at one moment; kept only when they had changed."""

    listing = models.ForeignKey(DigestPaper, models.CASCADE, related_name="sightings")
    seen_at = models.DateTimeField()
    upvotes = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["seen_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["listing", "seen_at"], name="one_sighting_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.upvotes} at {self.seen_at:%Y-%m-%d %H:%M}"
