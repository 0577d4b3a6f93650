"""Post for operators: what left, what did not and why, and whether it all adds up."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from config.admin import (
    ReadOnlyAdmin,
    beside,
    count_column,
    label,
    list_link,
    outside_link,
    put_beside,
    row_link,
)
from digests.models import Paper, Topic
from digests.readable import readable
from newsletter.accounts import Account, accounts
from newsletter.models import Delivery, Edition, Heartbeat, Morning

State = Delivery.State
TONES = {
    State.PLANNED: "info",
    State.CLAIMED: "info",
    State.SENDING: "info",
    State.SENT: "success",
    State.FAILED: "danger",
    State.UNCERTAIN: "warning",
    State.EXPIRED: "warning",
}
MORNINGS_OFFERED = 31


class ByMorning(admin.SimpleListFilter):
    """The latest mornings; their dates come from their own small table, not from the deliveries."""

    title = parameter_name = "date"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """Offer the latest dates."""
        dates = Morning.objects.values_list("date", flat=True)[:MORNINGS_OFFERED]
        return [(str(date), f"{date:%Y-%m-%d, %A}") for date in dates]

    def queryset(self, _request: HttpRequest, deliveries: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the deliveries of the chosen date."""
        chosen = self.value()
        return deliveries.filter(date=chosen) if chosen else deliveries


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The outbox, and the record of what each reader has seen."""

    list_display: ClassVar = [
        "date",
        "reader",
        "state_label",
        "reason",
        "attempts",
        "edition_link",
        "sent_at",
    ]
    list_filter: ClassVar = ["state", ByMorning]
    search_fields: ClassVar = ["=subscriber__email"]
    search_help_text = "A reader's whole address."
    paginator = InfinitePaginator  # a million more every morning: not to be counted
    fields: ClassVar = [
        "date",
        "reader",
        "edition_link",
        "state_label",
        "reason",
        ("attempts", "claims"),
        ("next_attempt_at", "lease_until"),
        ("composed_at", "closes_at"),
        ("sent_at", "message_id"),
    ]
    readonly_fields: ClassVar = ["reader", "edition_link", "state_label"]

    @admin.display(description="subscriber")
    def reader(self, delivery: Delivery) -> SafeString | str:
        """Link to the reader, by number: an outbox needs no addresses."""
        pk = delivery.subscriber_id
        return row_link("subscribers_subscriber", pk, f"subscriber#{pk}") if pk else "erased"

    @admin.display(description="edition", empty_value="-")
    def edition_link(self, delivery: Delivery) -> SafeString | None:
        """Link to what was, or is to be, sent."""
        pk = delivery.edition_id
        return row_link("newsletter_edition", pk, f"edition#{pk}") if pk else None

    @admin.display(description="state", ordering="state")
    def state_label(self, delivery: Delivery) -> SafeString:
        """Show the state in its colour."""
        state = State(delivery.state)
        return label(state, TONES.get(state, ""), state.label)


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    """Composed lists of papers."""

    list_display: ClassVar = [
        "__str__",
        "headline",
        "number_of_papers",
        "deliveries",
        "composed_at",
    ]
    search_fields: ClassVar = ["=pk"]
    search_help_text = "An edition's number."
    ordering: ClassVar = ["-pk"]  # that of `composed_at`, which has no index
    paginator = InfinitePaginator  # a hundred thousand more every morning: not to be counted
    fields: ClassVar = ["composed_at", "papers", "topics", "delivery_list"]
    readonly_fields: ClassVar = ["papers", "topics", "delivery_list"]
    counted: ClassVar = ["deliveries"]
    deliveries = count_column("deliveries")

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
        return readable(beside(edition, "first_title") or "")

    @admin.display(description="papers")
    def number_of_papers(self, edition: Edition) -> int:
        """Count its papers."""
        return len(edition.paper_ids)

    def papers(self, edition: Edition) -> SafeString:
        """List its papers in reading order, each with its page here and its place on the Web."""
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

    @admin.display(description="deliveries")
    def delivery_list(self, edition: Edition) -> SafeString:
        """Link to who got it."""
        number = self.deliveries(edition)
        return list_link("newsletter_delivery", "edition__id__exact", edition.pk, number)


def _with_contents(edition: Edition) -> Edition:
    by_number = Paper.objects.by_number(edition.paper_ids)
    papers = dict.fromkeys(by_number[number] for number in edition.paper_ids)
    topics = Topic.objects.filter(pk__in=edition.topic_ids)
    return put_beside(edition, papers=[*papers], topics=[*topics])


class MorningList(ChangeList):  # type: ignore[misc] # unfold ships no types
    """A page of mornings with their accounts, made up for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page, and the accounts of its dates."""
        super().get_results(request)
        self.result_list: list[Morning] = _with_accounts([*self.result_list])


@admin.register(Morning)
class MorningAdmin(ReadOnlyAdmin):
    """The accounting equation, morning by morning."""

    list_display: ClassVar = ["date", "verdict", "equation"]
    search_fields: ClassVar = ["^date"]
    search_help_text = "A date such as 2026-03 or 2026-03-16."
    date_hierarchy = "date"
    fields: ClassVar = ["date", "verdict", "equation", "deliveries"]
    readonly_fields: ClassVar = ["verdict", "equation", "deliveries"]

    def get_changelist(self, _request: HttpRequest, **_: Any) -> type[MorningList]:
        """Return the list that brings the accounts."""
        return MorningList

    def get_object(self, *args: Any, **kwargs: Any) -> Morning | None:
        """Return a morning with its account."""
        morning = super().get_object(*args, **kwargs)
        return _with_accounts([morning])[0] if morning else None

    def verdict(self, morning: Morning) -> SafeString:
        """Say whether every reader who was due is accounted for."""
        account: Account = beside(morning, "account")
        if not account.balances:
            return label("does not balance", "danger", "Readers or deliveries are missing.")
        if account.is_open:
            return label("open", "info", "Some are still to be sent.")
        return label("balances", "success")

    def equation(self, morning: Morning) -> str:
        """Write the equation out."""
        return str(beside(morning, "account"))

    def deliveries(self, morning: Morning) -> SafeString:
        """Link to the deliveries of that date."""
        return list_link("newsletter_delivery", "date", morning.date, "Look at them")


def _with_accounts(mornings: Sequence[Morning]) -> list[Morning]:
    by_date = {account.date: account for account in accounts(m.date for m in mornings)}
    return [put_beside(morning, account=by_date[morning.date]) for morning in mornings]


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Whether the periodic tasks are alive."""

    list_display: ClassVar = ["name", "beaten_at", "ago"]
    search_fields: ClassVar = ["name"]
    fields: ClassVar = ["name", "beaten_at", "ago"]
    readonly_fields: ClassVar = ["ago"]

    def ago(self, heartbeat: Heartbeat) -> str:
        """Say how long ago it ran."""
        return timesince(heartbeat.beaten_at)
