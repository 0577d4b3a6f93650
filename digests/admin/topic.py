from collections.abc import Iterator
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from config.admin import count_column, label
from digests.admin.topic_rules import RulesAdmin
from digests.models import Topic

SHELVES = {
    "": "The catalogue",
    Topic.Kind.WORDS.value: "Readers' words",
    Topic.Kind.AUTHOR.value: "Authors",
    Topic.Kind.CATEGORY.value: "arXiv categories",
}
COUNTS = ["followers", "excluders", "papers"]


class ShelfFilter(admin.SimpleListFilter):
    """The catalogue, or one kind of what readers typed: never both at once."""

    title = "shelf"
    parameter_name = "shelf"

    def lookups(self, *_: object) -> list[tuple[str, str]]:
        """Return the shelves that have to be asked for."""
        return [(kind, name) for kind, name in SHELVES.items() if kind]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Topic]) -> QuerySet[Topic]:
        """Return the topics on the shelf."""
        kind = self.value()
        return queryset.filter(kind=kind) if kind else queryset.exclude(kind__in=Topic.OWN)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield the shelves; what else would be "All" is the catalogue."""
        everything, *others = super().choices(changelist)
        yield {**everything, "display": SHELVES[""]}
        yield from others


@admin.register(Topic)
class TopicAdmin(RulesAdmin):
    """The catalogue, and apart from it what readers typed, without saying who did."""

    list_display: ClassVar = ["name", "group", "rules_are", "is_offered", *COUNTS]
    list_filter: ClassVar = [ShelfFilter, "is_offered", "has_own_rules", "group"]
    search_fields: ClassVar = ["name", "key", "description"]
    list_before_template = "admin/digests/topic/shelves.html"
    fields: ClassVar = [("name", "key"), ("group", "place"), "description", "is_offered"]
    readonly_fields: ClassVar = ["name", "key", "kind", "group", "description", "place", *COUNTS]
    counted: ClassVar = ["papers"]
    papers = count_column("papers")
    # The one place where papers look at people: operators must see what a topic is worth.
    followers = count_column("followers")
    excluders = count_column("excluders", "left out by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Return the topics with how many readers follow each, and how many leave it out."""
        topics = (
            super()
            .get_queryset(request)
            .annotate(
                number_of_followers=_readers(excludes=False),
                number_of_excluders=_readers(excludes=True),
            )
        )
        return cast("QuerySet[Topic]", topics)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show one shelf, and the way to the others."""
        context = {"shelves": SHELVES, "shelf": _shelf(request)} | (extra_context or {})
        return cast("HttpResponse", super().changelist_view(request, context))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Return the columns of the shelf: what readers typed is in no group and never offered."""
        columns = super().get_list_display(request)
        unfit = {"group", "is_offered"} if _shelf(request) else set()
        return [column for column in columns if column not in unfit]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Return what a topic's page says beside its rules."""
        if isinstance(obj, Topic) and obj.kind in Topic.OWN:
            return ["name", "key", "kind", *COUNTS]
        return [*super().get_fields(request, obj)]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Refuse: a topic comes with the catalogue, or with a reader who types it."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: the next migrate would bring it back, and a reader may follow it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse for what readers typed: that is theirs."""
        is_own = isinstance(obj, Topic) and obj.kind in Topic.OWN
        return not is_own and bool(super().has_change_permission(request, obj))

    @admin.display(description="rules", ordering="has_own_rules")
    def rules_are(self, topic: Topic) -> SafeString | str:
        """Say whose rules they are, or that papers have yet to meet them."""
        if topic.matched_version != topic.version:
            return label("waits to be matched", "warning", "Before the next mails are composed.")
        return label("an operator's", "info") if topic.has_own_rules else "-"


def _shelf(request: HttpRequest) -> str:
    return request.GET.get(ShelfFilter.parameter_name, "")


def _readers(*, excludes: bool) -> Subquery:
    """Count a topic's readers of one sort: in a subquery, as `counted` does."""
    topic = Topic.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    readers = Count("subscriptions", filter=Q(subscriptions__excludes=excludes))
    return Subquery(topic.annotate(number=readers).values("number"))
