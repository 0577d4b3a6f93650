from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from config.admin import ReadOnlyAdmin, beside, outside_link, put_beside, row_link
from digests.models import Paper, Topic
from digests.readable import readable
from newsletter.models import Edition


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Composed lists of papers."""

    list_display: ClassVar = [
        "__str__",
        "headline",
        "number_of_papers",
        "composed_at",
    ]
    search_fields: ClassVar = ["=pk"]
    search_help_text = "An edition's number."
    ordering: ClassVar = ["-pk"]  # that of `composed_at`, which has no index
    paginator = InfinitePaginator  # a hundred thousand more every morning: not to be counted
    fields: ClassVar = ["composed_at", "papers", "topics"]
    readonly_fields: ClassVar = ["papers", "topics"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the editions, each with the title of its first paper."""
        first = Paper.objects.filter(pk=OuterRef("paper_ids__0")).values("title")
        editions = super().get_queryset(request).annotate(first_title=Subquery(first))
        return cast("QuerySet[Any]", editions)

    def get_object(self, *args: Any, **kwargs: Any) -> Edition | None:
        """Return an edition with its papers and topics."""
        edition = super().get_object(*args, **kwargs)
        return _with_contents(edition) if edition else None

    @admin.display(description="first paper")
    def headline(self, edition: Edition) -> str:
        """Return the title that leads the mail."""
        return readable(beside(edition, "first_title") or "") or "nothing new"

    @admin.display(description="papers")
    def number_of_papers(self, edition: Edition) -> int:
        """Count its papers."""
        return len(edition.paper_ids)

    def papers(self, edition: Edition) -> SafeString:
        """List its papers in reading order, each with its page here and its place on the Web."""
        if not edition.paper_ids:
            return SafeString("None: it tells weekly readers that there was nothing new.")
        items = (
            (
                row_link("digests_paper", paper.pk, paper.shown_title),
                outside_link(paper.link, "read"),
            )
            for paper in beside(edition, "papers")
        )
        lines = format_html_join("", "<li>{} ({})</li>", items)
        style = "list-style: decimal; padding-left: 2rem"  # the theme's reset took both
        return format_html('<ol style="{}">{}</ol>', style, lines)

    def topics(self, edition: Edition) -> str:
        """Name the topics that chose its papers."""
        return ", ".join(topic.name for topic in beside(edition, "topics"))


def _with_contents(edition: Edition) -> Edition:
    by_number = Paper.objects.by_number(edition.paper_ids)
    papers = dict.fromkeys(by_number[number] for number in edition.paper_ids)
    topics = Topic.objects.filter(pk__in=edition.topic_ids)
    return put_beside(edition, papers=[*papers], topics=[*topics])
