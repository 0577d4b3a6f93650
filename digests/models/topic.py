from typing import ClassVar
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db import models

ARXIV_TITLE_SEARCH = "https://arxiv.org/search/"
# Bytes of a title to search for. Some 14 words find any paper, and a byte may take 3 in a link.
LONGEST_SEARCH = 100


class Source(models.Model):
    """Where digests come from."""

    class Kind(models.TextChoices):
        """How a source's digests are written, hence which parser reads them."""

        PAGE_TEXT = "page-text", "Text of a listing page"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PAGE_TEXT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name


class Paper(models.Model):
    """A work, stored once however many sources list it, however often it trends."""

    title = models.TextField(help_text="As received.")
    title_key = models.TextField(help_text="The title without spelling: what identifies a paper.")
    abstract = models.TextField(blank=True, help_text="As received.")
    authors = ArrayField(models.TextField(), default=list, blank=True)
    url = models.URLField(max_length=500, blank=True)
    first_listed_on = models.DateField(
        db_index=True, help_text="The earliest date of a digest that lists it. It only ever falls."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["title_key"], name="paper_title_key_is_unique"),
            models.CheckConstraint(condition=~models.Q(title_key=""), name="paper_has_a_title_key"),
            models.CheckConstraint(
                # It becomes a link in pages and mails: nothing that a browser would run.
                condition=models.Q(url="") | models.Q(url__regex=r"^https?://"),
                name="paper_url_is_of_the_web",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def link(self) -> str:
        """Where to read it: its own address, or a search for its title where none is known."""
        if self.url:
            return self.url
        query = {"query": _beginning(self.title, LONGEST_SEARCH), "searchtype": "title"}
        return f"{ARXIV_TITLE_SEARCH}?{urlencode(query)}"


def _beginning(text: str, size: int) -> str:
    """Return the words that fit into `size` bytes, or as much of the first one as does."""
    if len(text.encode()) <= size:
        return text
    head = text.encode()[:size].decode(errors="ignore")
    return head.rpartition(" ")[0] or head


class Digest(models.Model):
    """One source's list of papers for one date, the same for everybody."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="digests")
    date = models.DateField(db_index=True)
    papers = models.ManyToManyField(Paper, through="DigestPaper", related_name="digests")
    fingerprints = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text="SHA-256 of every file read into it: an undated page is known again by it.",
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
    """A paper's place in a digest."""

    digest = models.ForeignKey(Digest, models.CASCADE)
    paper = models.ForeignKey(Paper, models.CASCADE)
    place = models.PositiveIntegerField(help_text="1 is the top of the list.")
    upvotes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["digest", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "paper"], name="digest_lists_a_paper_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place}. {self.paper_id}"


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
