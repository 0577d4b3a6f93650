from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.paginator import InfinitePaginator

from config.admin import ReadOnlyAdmin, confirmed, go_to, label, numbered, row_link
from newsletter import uncertain
from newsletter.admin.by_morning import ByState, DeliveriesByMorning
from newsletter.explaining.whereabouts import whereabouts
from newsletter.models import Delivery
from subscribers import addresses

State = Delivery.State
TONES = {
    State.PLANNED: "info",
    State.SENT: "success",
    State.FAILED: "danger",
    State.UNCERTAIN: "warning",
    State.EXPIRED: "warning",
}


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
        "bundle_link",
        "sent_at",
    ]
    list_filter: ClassVar = [ByState, DeliveriesByMorning]
    search_fields: ClassVar = ["subscriber"]
    search_help_text = "A reader's whole address."
    ordering: ClassVar = ["-bundle_id", "-pk"]  # nearly that of their dates, which have no index
    sortable_by: ClassVar = ()  # any other order would have to sort them all
    paginator = InfinitePaginator  # a million more every morning: not to be counted
    fields: ClassVar = [
        "date",
        "reader",
        ("edition_link", "bundle_link"),
        "state_label",
        "where_it_is",
        "reason",
        ("attempts", "next_attempt_at"),
        ("sent_at", "message_id"),
    ]
    readonly_fields: ClassVar = [
        "reader",
        "edition_link",
        "bundle_link",
        "state_label",
        "where_it_is",
    ]
    actions_detail: ClassVar = ["it_arrived", "it_did_not_arrive"]

    def get_search_results(
        self, _request: HttpRequest, rows: QuerySet[Any], typed: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the deliveries of a reader by the keyed hash of her address, which has an index."""
        if not typed:
            return rows, False
        try:
            address = addresses.normalise(typed)
        except ValidationError:
            return rows.none(), False
        return rows.filter(subscriber__fingerprint=addresses.fingerprint(address)), False

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

    @admin.display(description="bundle")
    def bundle_link(self, delivery: Delivery) -> SafeString:
        """Link to the bundle that it leaves, or left, with."""
        pk = delivery.bundle_id
        return row_link("newsletter_bundle", pk, f"bundle#{pk}")

    @admin.display(description="state")
    def state_label(self, delivery: Delivery) -> SafeString:
        """Show the state in its colour."""
        state = State(delivery.state)
        return label(state, TONES.get(state, ""), state.label)

    def where_it_is(self, delivery: Delivery) -> str:
        """Say whether it is on its way, which its bundle knows."""
        return whereabouts(delivery, timezone.now())

    def has_settle_permission(self, request: HttpRequest, pk: str = "") -> bool:
        """Tell whether an operator may settle this delivery: an uncertain one."""
        may = request.user.has_perm("newsletter.change_delivery")
        uncertain_ones = Delivery.objects.filter(state=State.UNCERTAIN)
        return may and numbered(uncertain_ones, pk).exists()

    @confirmed(
        "It arrived",
        "Do you know that this mail arrived? It becomes sent, and its papers stay seen.",
        permission="settle",
    )
    def it_arrived(
        self, request: HttpRequest, _form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """Settle an uncertain delivery as sent."""
        delivery = self._delivery(request, object_id)
        return self._done(request, delivery, is_done=uncertain.arrived(delivery))

    @confirmed(
        "It did not arrive",
        "Do you know that this mail never arrived? It becomes failed and is not sent again: its "
        "papers come with her next edition. If it did arrive, she gets them twice.",
        permission="settle",
        grave=True,
    )
    def it_did_not_arrive(
        self, request: HttpRequest, _form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """Settle an uncertain delivery as failed."""
        delivery = self._delivery(request, object_id)
        return self._done(request, delivery, is_done=uncertain.never_arrived(delivery))

    def _delivery(self, request: HttpRequest, object_id: str) -> Delivery:
        delivery: Delivery | None = self.get_object(request, object_id)
        if delivery is None:
            raise Http404(f"There is no delivery {object_id}.")
        return delivery

    def _done(self, request: HttpRequest, delivery: Delivery, *, is_done: bool) -> HttpResponse:
        """Put on record what was settled; an answer may have come in the meantime."""
        delivery.refresh_from_db()
        if is_done:
            self.log_change(request, delivery, f"Settled: {delivery.reason}.")
        self.message_user(request, f"{delivery} is {delivery.state} now.")
        return go_to(reverse("admin:newsletter_delivery_change", args=[delivery.pk]))
