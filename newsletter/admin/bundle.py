from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from config.admin import ReadOnlyAdmin, count_column, label, list_link
from newsletter.admin.by_morning import ByMorning
from newsletter.models import Bundle


class IsOpen(admin.SimpleListFilter):
    """Whether something of a bundle may still leave."""

    title = parameter_name = "open"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """Offer the open ones, which an index knows."""
        return [("yes", "Yes")]

    def queryset(self, _request: HttpRequest, bundles: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those that are not settled."""
        return bundles.filter(is_settled=False) if self.value() else bundles


@admin.register(Bundle)
class BundleAdmin(ReadOnlyAdmin):
    """What workers take and hold: who has what, and until when."""

    list_display: ClassVar = [
        "__str__",
        "date",
        "copies",
        "state_label",
        "leaving_now",
        "holder",
        "lease_until",
        "claims",
    ]
    list_filter: ClassVar = [IsOpen, ByMorning]
    search_fields: ClassVar = ["=pk"]
    search_help_text = "A bundle's number."
    sortable_by: ClassVar = ()  # but for its number, no column has an index
    paginator = InfinitePaginator  # thousands more every morning
    fields: ClassVar = [
        ("date", "copies"),
        "state_label",
        "leaving_now",
        ("holder", "lease_until", "claims"),
        ("composed_at", "ready_at", "closes_at"),
        "delivery_list",
    ]
    readonly_fields: ClassVar = ["copies", "state_label", "leaving_now", "holder", "delivery_list"]
    counted: ClassVar = ["deliveries"]
    copies = count_column("deliveries", "copies")

    @admin.display(description="state")
    def state_label(self, bundle: Bundle) -> SafeString:
        """Say what may happen to it next."""
        now = timezone.now()
        if bundle.is_settled:
            return label("settled", "", "None of its deliveries can leave any more.")
        if bundle.lease_until:
            is_lost = bundle.lease_until <= now
            return label("lost", "danger") if is_lost else label("in hand", "info")
        if bundle.closes_at <= now:
            return label("over", "warning", "Its morning is over: the next sweep ends it.")
        return label("ready" if bundle.ready_at <= now else "waiting", "info")

    @admin.display(description="leaving")
    def leaving_now(self, bundle: Bundle) -> int:
        """Count the mails of which nobody knows yet whether they arrived."""
        return len(bundle.leaving)

    @admin.display(description="held by", empty_value="-")
    def holder(self, bundle: Bundle) -> str | None:
        """Name the worker's claim; its beginning tells workers apart."""
        return f"worker {str(bundle.claim)[:8]}" if bundle.claim else None

    @admin.display(description="deliveries")
    def delivery_list(self, bundle: Bundle) -> SafeString:
        """Link to what is in it."""
        return list_link("newsletter_delivery", "bundle__id__exact", bundle.pk, "Look at them")
