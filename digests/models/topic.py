from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from digests.models.paper import Paper


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics by what they are for."""

    def offered(self) -> "TopicQuerySet":
        """Return what a reader may choose from, in the form's order."""
        return self.filter(is_offered=True)


class Topic(models.Model):
    """What can be followed: a topic of the catalogue, or everything."""

    class Kind(models.TextChoices):
        """How papers come to a topic."""

        CATALOGUE = "catalogue", "A topic of the catalogue"
        EVERYTHING = "everything", "Every paper"

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.CATALOGUE)
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    place = models.PositiveIntegerField(default=0, help_text="Its place on the form.")
    is_offered = models.BooleanField(default=True, help_text="New readers may choose it.")

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["place", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind="everything"),
                name="everything_is_one_topic",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PaperTopic(models.Model):
    """A paper belongs to a topic, because of these words."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="papers")
    because = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="The words that matched, best first.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "paper"], name="paper_has_a_topic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} because {', '.join(self.because)}"
