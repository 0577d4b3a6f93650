from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from config.admin import PaperboyAdmin, ReadOnlyInline, outside_link, row_link
from digests.identity.corrections import NotTheSameError, correct, join, refusal
from digests.models import Alias, DigestPaper, Paper, PaperTopic, Topic
from digests.text import clean

MOST_AT_ONCE = 10  # papers to be compared by eye


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
    """The digests that list a paper, and its votes there as they grew."""

    model = DigestPaper
    fields: ClassVar = ["listed_in", "place", "listed_at", "upvotes", "votes_over_time"]
    readonly_fields = fields
    joined: ClassVar = ["digest__source"]
    verbose_name_plural = "digests"

    def get_queryset(self, request: HttpRequest) -> QuerySet[DigestPaper]:
        """Return the places, and by one more query the votes of all."""
        listings = super().get_queryset(request).prefetch_related("sightings")
        return cast("QuerySet[DigestPaper]", listings)

    @admin.display(description="digest")
    def listed_in(self, row: DigestPaper) -> SafeString:
        """Link to the digest."""
        return row_link("digests_digest", row.digest_id, row.digest)

    @admin.display(description="votes over time (UTC)")
    def votes_over_time(self, row: DigestPaper) -> SafeString:
        """Say how many votes were seen when, each time that they had changed."""
        return format_html_join(
            "", "<div>{}</div>", ((str(sighting),) for sighting in row.sightings.all())
        )


class AliasInline(ReadOnlyInline):
    """The names a paper is known by."""

    model = Alias
    fields: ClassVar = ["kind", "value"]
    readonly_fields = fields
    verbose_name_plural = "known as"


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

    def clean_title(self) -> str:
        """Refuse a title of which nothing can be shown."""
        title = clean(self.cleaned_data["title"])
        if not title:
            raise forms.ValidationError("Nothing of this can be shown. Give the paper a title.")
        return title


@admin.register(Paper)
class PaperAdmin(PaperboyAdmin):
    """Papers. Editions hold them by number and readers have seen them, so none is deleted."""

    form = PaperForm
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    list_display: ClassVar = ["shown_title", "first_listed_on", "topic_names"]
    list_filter: ClassVar = ["topics__topic"]
    search_fields: ClassVar = ["title", "abstract", "authors"]
    date_hierarchy = "first_listed_on"
    ordering: ClassVar = ["-first_listed_on", "-pk"]
    fieldsets: ClassVar = [
        (
            None,
            {
                "fields": ["title", "abstract", "authors", "url", "code_url"],
                "description": "What you correct here stays: no later digest overwrites it.",
            },
        ),
        (
            "On record",
            {
                "fields": [
                    "reading_place",
                    "arxiv_categories",
                    "published_on",
                    "first_listed_on",
                    "created_at",
                ]
            },
        ),
    ]
    readonly_fields: ClassVar = [
        "reading_place",
        "arxiv_categories",
        "published_on",
        "first_listed_on",
        "created_at",
    ]
    inlines: ClassVar = [TopicInline, DigestInline, AliasInline]
    actions: ClassVar = ["same_paper"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        """Return the papers with their topics, two queries for any number of them."""
        papers = super().get_queryset(request).filter(merged_into=None)
        return papers.prefetch_related("topics__topic")

    def save_model(self, _request: HttpRequest, paper: Paper, form: Any, _change: Any) -> None:
        """Keep what was corrected from being overwritten."""
        correct(paper, form.changed_data)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a paper comes with a digest that lists it."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: it could be in an edition."""
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Lead from a paper that was merged to the one that it was merged into."""
        found = (
            Paper.objects.filter(pk=object_id) if object_id.isdecimal() else Paper.objects.none()
        )
        paper = found.exclude(merged_into=None).first()
        if paper is None:
            nowhere = super()._get_obj_does_not_exist_redirect(request, opts, object_id)
            return cast("HttpResponse", nowhere)
        self.message_user(request, f"Paper {paper.pk} was found to be the same as this one.")
        return redirect("admin:digests_paper_change", paper.merged_into_id)

    @admin.action(description="These are the same paper", permissions=["change"])
    def same_paper(self, request: HttpRequest, papers: QuerySet[Paper]) -> HttpResponse:
        """Make several papers one, after a look at them side by side."""
        chosen = [*papers.prefetch_related("aliases").order_by("pk")[: MOST_AT_ONCE + 1]]
        if len(chosen) > MOST_AT_ONCE:
            return self._refuse(request, f"Choose at most {MOST_AT_ONCE} papers at once.")
        if "confirmed" in request.POST:
            return self._join(request, chosen)
        reason = refusal(chosen)
        return self._refuse(request, reason) if reason else self._ask(request, chosen)

    def _refuse(self, request: HttpRequest, reason: str) -> HttpResponse:
        """Say why, on the list of papers."""
        self.message_user(request, reason, messages.ERROR)
        return redirect(request.get_full_path())

    def _ask(self, request: HttpRequest, papers: list[Paper]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "These are the same paper?",
            "opts": self.opts,
            "media": self.media,
            "papers": papers,
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/digests/paper/same_paper.html", context)

    def _join(self, request: HttpRequest, papers: list[Paper]) -> HttpResponse:
        try:
            kept = join(papers)
        except NotTheSameError as error:
            return self._refuse(request, str(error))
        gone = ", ".join(str(paper.pk) for paper in papers if paper.pk != kept.pk)
        self.log_change(request, kept, f"Merged {gone} into it.")
        self.message_user(request, f"They are one paper now, this one: {gone} was merged into it.")
        return redirect(reverse("admin:digests_paper_change", args=[kept.pk]))

    @admin.display(description="title", ordering="title")
    def shown_title(self, paper: Paper) -> str:
        """Show the title without LaTeX; the form below holds it as received."""
        return paper.shown_title

    @admin.display(description="topics")
    def topic_names(self, paper: Paper) -> str:
        """Name the paper's topics, but for the one that holds every paper."""
        topics = [row.topic for row in paper.topics.all()]
        return ", ".join(topic.name for topic in topics if topic.kind != Topic.Kind.EVERYTHING)

    @admin.display(description="where readers are sent")
    def reading_place(self, paper: Paper) -> SafeString:
        """Link to where its title leads in a mail."""
        return outside_link(paper.link, paper.link)

    @admin.display(description="categories", empty_value="-")
    def arxiv_categories(self, paper: Paper) -> str:
        """Name arXiv's categories, the primary one first."""
        return ", ".join(paper.categories)
