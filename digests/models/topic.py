from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext

from digests.matching.own.words import OwnKind
from digests.models.paper import Paper

# How a paper's words are kept for searching. Titles weigh most, then abstracts, then names. Hyphens
# part words; who types a word in one piece, or in two, is understood by the query. PostgreSQL takes
# 1 MB of words for a paper: enough for titles and abstracts of any length, and for so many letters
# of names.
SEARCH_WORDS = r"""
setweight(to_tsvector('english', translate(split_part(%(expressions)s, '|', 1), '-', ' ')), 'A')
|| setweight(to_tsvector('english', translate(split_part(%(expressions)s, '|', 2), '-', ' ')), 'B')
|| setweight(to_tsvector('english', left(split_part(%(expressions)s, '|', 3), 200000)), 'C')
"""


class TopicQuerySet(models.QuerySet["Topic"]):
    """Topics by what they are for."""

    def offered(self) -> "TopicQuerySet":
        """Return what a reader may choose from, in the form's order."""
        return self.filter(is_offered=True)

    def catalogue(self) -> "TopicQuerySet":
        """Return the topics of the catalogue."""
        return self.filter(kind=Topic.Kind.CATALOGUE)

    def own(self) -> "TopicQuerySet":
        """Return what readers typed themselves."""
        return self.filter(kind__in=Topic.OWN)

    def unmatched(self) -> "TopicQuerySet":
        """Return those whose present rules the papers of the last weeks have not met yet."""
        return self.exclude(matched_version=models.F("version"))


class Topic(models.Model):
    """What can be followed: a topic of the catalogue, a reader's own words, or everything.

    What many readers typed is one row, if it finds the same papers.
    """

    class Kind(models.TextChoices):
        """How papers come to a topic."""

        CATALOGUE = "catalogue", "A topic of the catalogue"
        EVERYTHING = "everything", "Every paper"
        WORDS = OwnKind.WORDS.value, "A reader's own words"
        AUTHOR = OwnKind.AUTHOR.value, "An author"
        CATEGORY = OwnKind.CATEGORY.value, "An arXiv category"

    OWN = (Kind.WORDS, Kind.AUTHOR, Kind.CATEGORY)
    # In which order they are given as reasons; see `rank`.
    PARTICULAR = (Kind.AUTHOR, Kind.WORDS, Kind.CATALOGUE, Kind.CATEGORY, Kind.EVERYTHING)

    kind = models.CharField(max_length=20, choices=Kind, default=Kind.CATALOGUE)
    key = models.TextField(help_text="A slug; or what readers typed, as it is looked for.")
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=100, blank=True)
    description = models.TextField(blank=True)
    place = models.PositiveIntegerField(default=0, help_text="Its place on the form.")
    is_offered = models.BooleanField(default=True, help_text="New readers may choose it.")
    rules = models.TextField(blank=True, help_text="Which papers belong to it, a line at a time.")
    has_own_rules = models.BooleanField(
        default=False, help_text="An operator changed the rules: updates leave them alone."
    )
    shipped = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the rules and weights it last came with."
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises when it finds other papers.")
    matched_version = models.PositiveIntegerField(
        default=0, help_text="The version that the papers of the last weeks were matched by."
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["place", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="topic_is_stored_once"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind="everything"),
                name="everything_is_one_topic",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=[it.value for it in OwnKind], is_offered=True),
                name="own_words_are_not_offered",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=~models.Q(matched_version=models.F("version")),
                name="topic_unmatched",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> tuple[int, int, str]:
        """Its place among reasons: see `rank`."""
        return rank(self.kind, self.place, self.key)

    @property
    def shown_name(self) -> str:
        """What a reader calls it, in her language; her own words stay as they were typed."""
        return self.name if self.kind in self.OWN else gettext(self.name)

    @property
    def shown_description(self) -> str:
        """What it is about, in her language."""
        return gettext(self.description) if self.description else ""

    @property
    def shown_group(self) -> str:
        """Which group it stands in, in her language."""
        return gettext(self.group) if self.group else ""


def rank(kind: str, place: int, key: str) -> tuple[int, int, str]:
    """Return what puts topics in order: the most particular first, then as on the form."""
    return Topic.PARTICULAR.index(Topic.Kind(kind)), place, key


class RuleChange(models.Model):
    """What a topic's rules became, when, and by whom: its history."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="changes")
    rules = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.topic_id} at {self.changed_at:%Y-%m-%d %H:%M}"


class Wording(models.Model):
    """A paper's words as phrases are looked for in them; see `digests.matching.paper_text`.

    PostgreSQL derives from them what a search looks for, so that is never stale.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True)
    line = models.TextField()
    search = models.GeneratedField(
        expression=models.Func(
            models.F("line"), template=SEARCH_WORDS.strip(), output_field=SearchVectorField()
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["search"], name="wording_search")]

    def __str__(self) -> str:
        return f"the words of paper#{self.pk}"


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
