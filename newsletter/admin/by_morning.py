"""Filters for tables to which every morning adds thousands of bundles, or a million deliveries."""

from typing import Any

from django.contrib import admin
from django.db.models import Max, Min, QuerySet
from django.http import HttpRequest

from newsletter.models import Bundle, Delivery, Morning

MORNINGS_OFFERED = 31


class ByMorning(admin.SimpleListFilter):
    """The latest mornings; their dates come from their own small table, not from the rows."""

    title = parameter_name = "date"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """Offer the latest dates."""
        dates = Morning.objects.values_list("date", flat=True)[:MORNINGS_OFFERED]
        return [(str(date), f"{date:%Y-%m-%d, %A}") for date in dates]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen date."""
        chosen = self.value()
        return rows.filter(date=chosen) if chosen else rows


class DeliveriesByMorning(ByMorning):
    """The same for deliveries, which no index knows by date: their bundles lead to them."""

    def queryset(self, _request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the deliveries of the chosen date."""
        chosen = self.value()
        return of_morning(rows, chosen) if chosen else rows


class ByState(admin.SimpleListFilter):
    """Where a delivery stands, within one morning: the one chosen, or the latest.

    No index knows the state, and to look through all mornings for a rare one would take minutes.
    """

    title = "state, on one morning"
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """Offer every state."""
        return [(state.value, state.label) for state in Delivery.State]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the deliveries in the chosen state."""
        chosen = self.value()
        if not chosen:
            return rows
        rows = rows.filter(state=chosen)
        latest = Morning.objects.values_list("date", flat=True).first()
        is_narrow = DeliveriesByMorning.parameter_name in request.GET or latest is None
        return rows if is_narrow else of_morning(rows, str(latest))


def of_morning(deliveries: QuerySet[Any], date: str) -> QuerySet[Any]:
    """Return the deliveries of a date, by way of its bundles, which lie close together.

    Told the first and the last of them, PostgreSQL need not walk through later mornings to get
    there, whichever way it goes.
    """
    span = Bundle.objects.filter(date=date).aggregate(Min("pk"), Max("pk"))
    if span["pk__min"] is None:
        return deliveries.none()
    return deliveries.filter(
        bundle__date=date, bundle__gte=span["pk__min"], bundle__lte=span["pk__max"]
    )
