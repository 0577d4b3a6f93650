"""Papers for operators: where they come from, what they are about."""

from typing import ClassVar

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from config.admin import (
    PaperboyAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    count_column,
    outside_link,
    row_link,
)
from digests.models import Digest, DigestPaper, Paper, PaperTopic, Source, Topic


@admin.register(Source)
class SourceAdmin(PaperboyAdmin):
    """Where digests come from."""

    list_display: ClassVar = ["name", "slug", "kind", "digests", "created_at"]
    list_filter: ClassVar = ["kind"]
    search_fields: ClassVar = ["name", "slug"]
    prepopulated_fields: ClassVar = {"slug": ["name"]}
    counted: ClassVar = ["digests"]
    digests = count_column("digests")


class PaperInline(ReadOnlyInline):
    """What a digest lists, in its order."""

    model = DigestPaper
    fields: ClassVar = ["place", "paper", "upvotes"]
    readonly_fields = fields
    joined: ClassVar = ["paper"]
    verbose_name_plural = "papers"


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """What came in, day by day."""

    list_display: ClassVar = ["date", "source", "papers", "created_at"]
    list_filter: ClassVar = ["source"]
    list_select_related: ClassVar = ["source"]
    search_fields: ClassVar = ["source__name", "^date"]
    search_help_text = "A source, or a date such as 2026-03 or 2026-03-16."
    date_hierarchy = "date"
    fields: ClassVar = ["source", "date", "created_at"]
    inlines: ClassVar = [PaperInline]
    counted: ClassVar = ["papers"]
    papers = count_column("papers")


class TopicInline(ReadOnlyInline):
    """A paper's topics and what spoke for each."""

    model = PaperTopic
    fields: ClassVar = ["topic", "words"]
    readonly_fields = fields
    joined: ClassVar = ["topic"]
    verbose_name_plural = "topics"

    @admin.display(description="because of")
    def words(self, row: PaperTopic) -> str:
        """Return the words that matched, best first."""
        return ", ".join(row.because)


class DigestInline(ReadOnlyInline):
    """The digests that list a paper."""

    model = DigestPaper
    fields: ClassVar = ["listed_in", "place", "upvotes"]
    readonly_fields = fields
    joined: ClassVar = ["digest__source"]
    verbose_name_plural = "digests"

    @admin.display(description="digest")
    def listed_in(self, row: DigestPaper) -> SafeString:
        """Link to the digest."""
        return row_link("digests_digest", row.digest_id, row.digest)


class PaperForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when run
    """What may be corrected by hand: it neither changes a paper's identity nor matches it anew."""

    title = forms.CharField(widget=UnfoldAdminTextareaWidget({"rows": 2}))
    abstract = forms.CharField(widget=UnfoldAdminTextareaWidget, required=False)
    authors = SimpleArrayField(
        forms.CharField(),
        delimiter="\n",  # names hold commas
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text="One a line.",
    )


@admin.register(Paper)
class PaperAdmin(PaperboyAdmin):
    """Papers. Editions hold them by number and readers have seen them, so none is deleted."""

    form = PaperForm
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    list_display: ClassVar = ["title", "first_listed_on", "topic_names"]
    list_filter: ClassVar = ["topics__topic"]
    search_fields: ClassVar = ["title", "abstract", "authors"]
    date_hierarchy = "first_listed_on"
    ordering: ClassVar = ["-first_listed_on", "-pk"]
    fields: ClassVar = [
        "title",
        "abstract",
        "authors",
        "url",
        "reading_place",
        "first_listed_on",
        "title_key",
        "created_at",
    ]
    readonly_fields: ClassVar = ["reading_place", "first_listed_on", "title_key", "created_at"]
    inlines: ClassVar = [TopicInline, DigestInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        """Return the papers with their topics, two queries for any number of them."""
        return super().get_queryset(request).prefetch_related("topics__topic")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a paper comes with a digest that lists it."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: it could be in an edition."""
        return False

    @admin.display(description="topics")
    def topic_names(self, paper: Paper) -> str:
        """Name the paper's topics, but for the one that holds every paper."""
        topics = [row.topic for row in paper.topics.all()]
        return ", ".join(topic.name for topic in topics if topic.kind != Topic.Kind.EVERYTHING)

    @admin.display(description="where readers are sent")
    def reading_place(self, paper: Paper) -> SafeString:
        """Link to where its title leads in a mail."""
        return outside_link(paper.link, paper.link)


@admin.register(Topic)
class TopicAdmin(PaperboyAdmin):
    """The catalogue as stored. It is written in `topics.toml`; here, a topic can be withdrawn."""

    list_display: ClassVar = ["name", "group", "kind", "is_offered", "subscriptions", "papers"]
    list_filter: ClassVar = ["is_offered", "group", "kind"]
    search_fields: ClassVar = ["name", "slug", "description"]
    fields: ClassVar = ["name", "slug", "kind", "group", "description", "place", "is_offered"]
    readonly_fields: ClassVar = ["name", "slug", "kind", "group", "description", "place"]
    # The one place where papers look at people: operators must see what a topic is worth.
    counted: ClassVar = ["subscriptions", "papers"]
    subscriptions = count_column("subscriptions")
    papers = count_column("papers")

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a topic needs rules, which are in the catalogue."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: the next migrate would bring it back."""
        return False
