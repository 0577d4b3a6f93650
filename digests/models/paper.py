import re
from collections.abc import Collection
from typing import ClassVar
from urllib.parse import urlencode

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import slugify

from digests.identity.names import LONGEST_LINK, AliasKind, Name, page
from digests.readable import readable

ARXIV_TITLE_SEARCH = "https://arxiv.org/search/"
# Bytes of a title to search for. Some 14 words find any paper, and a byte may take 3 in a link.
LONGEST_SEARCH = 100
LONGEST_SLUG = 60
NO_SLUG = "paper"
# Behind the number 2026 it would be a date.
_MONTH_AND_DAY = re.compile(r"\d\d-\d\d")
_OF_THE_WEB = r"^https?://"
# In `Paper.told`, above the word of any digest, such as "1 2026-03-16 huggingface".
OPERATORS_WORD = "9"
# `PaperQuerySet.shown`, for what is written in SQL.
SHOWN = "merged_into_id IS NULL AND withdrawn_at IS NULL"


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers by what became of them."""

    def standing(self) -> "PaperQuerySet":
        """Return those that were not found to be another one."""
        return self.filter(merged_into=None)

    def by_number(self, numbers: Collection[int]) -> dict[int, "Paper"]:
        """Return what each number stands for today: its paper, or the one that was merged into."""
        papers = self.select_related("merged_into").in_bulk([*numbers])
        return {number: paper.merged_into or paper for number, paper in papers.items()}

    def shown(self) -> "PaperQuerySet":
        """Return those that pages show: each once, and none that was withdrawn."""
        return self.standing().filter(withdrawn_at=None)

    def newest_first(self) -> "PaperQuerySet":
        """Return them by the day of their first listing; of one day, the last to come first."""
        return self.order_by("-first_listed_on", "-pk")


class Paper(models.Model):
    """A work, stored once however many sources list it, however often it trends.

    A row found to be the same work as an earlier one is `merged_into` that one: editions hold
    papers by number, so the number stays, and what was sent under it stays sent.
    """

    title = models.TextField(help_text="As received.")
    abstract = models.TextField(blank=True, help_text="As received.")
    authors = ArrayField(models.TextField(), default=list, blank=True)
    categories = ArrayField(
        models.TextField(), default=list, blank=True, help_text="arXiv's, the primary one first."
    )
    url = models.URLField(max_length=LONGEST_LINK, blank=True)
    code_url = models.URLField(max_length=LONGEST_LINK, blank=True)
    published_on = models.DateField(null=True, blank=True)
    told = models.JSONField(
        default=dict, help_text="How good a word each field comes from: the best one stays."
    )
    first_listed_on = models.DateField(
        db_index=True, help_text="The earliest date of a digest that lists it. It only ever falls."
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged"
    )
    withdrawn_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Set, it comes in no mail any more, composed ones included.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="paper_has_a_title"),
            models.CheckConstraint(
                # They become links in pages and mails: nothing that a browser would run.
                condition=(Q(url="") | Q(url__regex=_OF_THE_WEB))
                & (Q(code_url="") | Q(code_url__regex=_OF_THE_WEB)),
                name="paper_links_are_of_the_web",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")),
                name="paper_is_not_merged_into_itself",
            ),
        ]
        indexes: ClassVar = [
            # Lists, the newest paper first.
            models.Index(
                fields=["-first_listed_on", "-id"],
                condition=Q(merged_into=None, withdrawn_at=None),
                name="paper_shown",
            ),
            models.Index(
                fields=["id"], condition=Q(withdrawn_at__isnull=False), name="paper_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_title

    def get_absolute_url(self) -> str:
        """Return the path of its own page."""
        return reverse("paper", args=[self.pk, self.slug])

    @property
    def shown_title(self) -> str:
        """The title as people read it, its LaTeX as the text that it stands for."""
        return readable(self.title)

    @property
    def shown_abstract(self) -> str:
        """The abstract as people read it."""
        return readable(self.abstract)

    @property
    def shown_authors(self) -> list[str]:
        """The authors' names as people read them."""
        return [readable(name) for name in self.authors]

    @property
    def slug(self) -> str:
        """What its title adds to its address, for people: the number alone leads to it."""
        words = slugify(self.shown_title)[:LONGEST_SLUG].strip("-_") or NO_SLUG
        return f"{NO_SLUG}-{words}" if _MONTH_AND_DAY.fullmatch(words) else words

    def lead_to(self, names: Collection[Name]) -> None:
        """Have its address be the page of its best name, unless an operator gave another."""
        told = self.told.get("url")
        if told != OPERATORS_WORD:
            self.url = page(names, self.url if told else "")

    @property
    def link(self) -> str:
        """Where to read it: its own address, or a search for its title where none is known."""
        if self.url:
            return self.url
        query = {"query": _beginning(self.shown_title, LONGEST_SEARCH), "searchtype": "title"}
        return f"{ARXIV_TITLE_SEARCH}?{urlencode(query)}"


def _beginning(text: str, size: int) -> str:
    """Return the words that fit into `size` bytes, or as much of the first one as does."""
    if len(text.encode()) <= size:
        return text
    head = text.encode()[:size].decode(errors="ignore")
    return head.rpartition(" ")[0] or head


class Alias(models.Model):
    """A name that a paper is known by. All but titles belong to one paper alone."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="aliases")
    kind = models.CharField(max_length=5, choices=[(kind.value, kind.value) for kind in AliasKind])
    value = models.TextField()

    class Meta:
        verbose_name_plural = "aliases"
        ordering: ClassVar = ["kind", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "value"],
                condition=~Q(kind=AliasKind.TITLE.value),
                name="alias_names_one_paper",
            ),
            models.UniqueConstraint(
                fields=["value", "kind", "paper"], name="paper_has_an_alias_once"
            ),
            models.UniqueConstraint(
                fields=["paper"],
                condition=Q(kind=AliasKind.ARXIV.value),
                name="paper_has_one_arxiv_id",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def name(self) -> Name:
        """The name itself, without who bears it."""
        return Name(AliasKind(self.kind), self.value)
