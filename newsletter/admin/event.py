from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.paginator import InfinitePaginator

from config.admin import ReadOnlyAdmin, label, row_link
from newsletter.models import Event

Kind = Event.Kind
TONES = {
    Kind.DELIVERED: "success",
    Kind.DEFERRED: "warning",
    Kind.BOUNCED: "danger",
    Kind.REJECTED: "danger",
    Kind.FAILED: "danger",
    Kind.COMPLAINED: "danger",
}


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What the provider told of mails that it took."""

    list_display: ClassVar = [
        "happened_at",
        "provider",
        "kind_label",
        "reject_reason",
        "delivery_link",
        "outcome",
    ]
    list_filter: ClassVar = ["kind"]
    search_fields: ClassVar = ["delivery"]
    search_help_text = "A delivery's number."
    sortable_by: ClassVar[list[str]] = []  # any other order would have to sort them all
    paginator = InfinitePaginator  # more than a million every morning: not to be counted
    fields: ClassVar = [
        ("provider", "kind_label"),
        "delivery_link",
        ("reject_reason", "is_bad_address"),
        ("happened_at", "received_at"),
        ("outcome", "applied_at", "attempts"),
        "raw",
    ]
    readonly_fields: ClassVar = ["kind_label", "delivery_link", "outcome"]

    def get_search_results(
        self, _request: HttpRequest, rows: QuerySet[Any], typed: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find what was told of one delivery."""
        if not typed:
            return rows, False
        return (rows.filter(delivery=typed) if typed.isdecimal() else rows.none()), False

    @admin.display(description="kind")
    def kind_label(self, event: Event) -> SafeString:
        """Show the kind in its colour."""
        kind = Kind(event.kind)
        return label(kind, TONES.get(kind, ""), kind.label)

    @admin.display(description="delivery", empty_value="-")
    def delivery_link(self, event: Event) -> SafeString | None:
        """Link to the delivery that it names; a forged one may name what was never there."""
        pk = event.delivery_id
        return row_link("newsletter_delivery", pk, f"delivery#{pk}") if pk else None

    def outcome(self, event: Event) -> SafeString:
        """Say whether it was looked at."""
        if event.applied_at:
            return label("applied", "success")
        if event.attempts < Event.MOST_ATTEMPTS:
            return label("waiting", "info", "The next tick looks at it.")
        return label("given up", "danger", "It could not be applied: the worker's log says why.")
