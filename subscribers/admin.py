"""Readers for operators: to be found and looked at; what happens to them is done by a verb."""

import calendar
import datetime as dt
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from config.admin import (
    ReadOnlyAdmin,
    ReadOnlyInline,
    beside,
    confirmed,
    count_column,
    go_to,
    label,
    list_link,
    row_link,
)
from subscribers import addresses, lifecycle
from subscribers.models import (
    Departure,
    Feedback,
    Letter,
    Subscriber,
    Subscription,
    Suppression,
)
from subscribers.schedule import bits_to_days

READER_TONES = {
    Subscriber.State.PENDING: "info",
    Subscriber.State.ACTIVE: "success",
    Subscriber.State.PAUSED: "warning",
}
LETTER_TONES = {
    Letter.State.WAITING: "info",
    Letter.State.SENT: "success",
    Letter.State.FAILED: "danger",
}


class PauseForm(BaseDialogForm):  # type: ignore[misc] # unfold ships no types
    """Until when."""

    until = forms.DateField(
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="Her first mail after it may come on this date.",
    )

    def clean_until(self) -> dt.date:
        """Refuse a pause that is over before it begins."""
        until: dt.date = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError("Give a date after today.")
        return until


class IsSuppressed(admin.SimpleListFilter):
    """Whether the address may be written to at all."""

    title = parameter_name = "suppressed"

    def lookups(self, _request: HttpRequest, _admin: Any) -> list[tuple[str, str]]:
        """Offer the one question worth asking."""
        return [("yes", "Yes")]

    def queryset(self, _request: HttpRequest, readers: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those whose address is suppressed."""
        suppressed = Subscriber.objects.suppressed().values("pk")
        return readers.filter(pk__in=suppressed) if self.value() else readers


class SubscriptionInline(ReadOnlyInline):
    """What a subscriber follows, and leaves out."""

    model = Subscription
    fields: ClassVar = ["deed", "topic", "since"]
    readonly_fields = fields
    joined: ClassVar = ["topic"]


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnlyAdmin):
    """Readers. No field is written here, and nothing that opens a reader's pages is shown."""

    list_display: ClassVar = [
        "email",
        "state_label",
        "suppression",
        "next_due_at",
        "confirmed_at",
        "deliveries",
    ]
    list_filter: ClassVar = ["state", IsSuppressed, "topics"]
    search_fields: ClassVar = ["email"]
    search_help_text = "An address, or a part of one."
    ordering: ClassVar = ["-pk"]  # nearly that of `created_at`, which has no index
    fields: ClassVar = [
        "email",
        "state_label",
        "suppression",
        ("created_at", "confirmed_at"),
        ("paused_until", "unsubscribed_at"),
        ("next_due_at", "time_zone"),
        ("hour", "weekdays"),
        ("max_papers", "abstracts"),
        ("language", "hears_of_silence"),
        "delivery_list",
    ]
    readonly_fields: ClassVar = [
        "state_label",
        "suppression",
        "next_due_at",
        "weekdays",
        "delivery_list",
    ]
    inlines: ClassVar = [SubscriptionInline]
    actions_detail: ClassVar = ["resume", "pause", "unsubscribe", "suppress", "erase"]
    counted: ClassVar = ["deliveries"]
    deliveries = count_column("deliveries")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the readers, each with whether her address is suppressed."""
        suppressions = Suppression.objects.filter(fingerprint=OuterRef("fingerprint"))
        readers = super().get_queryset(request).select_related("next_morning")
        readers = readers.annotate(suppressed=Exists(suppressions))
        return cast("QuerySet[Any]", readers)

    @admin.display(description="state", ordering="state")
    def state_label(self, reader: Subscriber) -> SafeString:
        """Show the state in its colour."""
        state = Subscriber.State(reader.state)
        return label(state, READER_TONES.get(state, ""), state.label)

    @admin.display(description="may be written to")
    def suppression(self, reader: Subscriber) -> SafeString | str:
        """Warn where the address must not be written to, whatever the state says."""
        return label("suppressed", "danger") if beside(reader, "suppressed") else "yes"

    @admin.display(description="days")
    def weekdays(self, reader: Subscriber) -> str:
        """Name the days on which she gets mail."""
        return ", ".join(calendar.day_abbr[day] for day in bits_to_days(reader.days))

    @admin.display(description="deliveries")
    def delivery_list(self, reader: Subscriber) -> SafeString:
        """Link to what was sent to her."""
        number = self.deliveries(reader)
        return list_link("newsletter_delivery", "subscriber__id__exact", reader.pk, number)

    def has_verbs_permission(self, request: HttpRequest, _pk: str = "") -> bool:
        """Tell whether an operator may do to readers what readers may do themselves."""
        return request.user.has_perm("subscribers.change_subscriber")

    def has_suppress_permission(self, request: HttpRequest, _pk: str = "") -> bool:
        """Tell whether an operator may forbid all mail to an address."""
        return request.user.has_perm("subscribers.add_suppression")

    def has_erase_permission(self, request: HttpRequest, _pk: str = "") -> bool:
        """Tell whether an operator may erase readers."""
        return request.user.has_perm("subscribers.delete_subscriber")

    @confirmed("Resume", "End her pause: does she want her mail again?", permission="verbs")
    def resume(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """End a pause."""
        reader = self._reader(request, object_id)
        lifecycle.resume(reader, timezone.now())
        return self._done(request, reader, "Resumed")

    @confirmed("Pause", "Send her nothing for a while?", permission="verbs", form=PauseForm)
    def pause(self, request: HttpRequest, form: PauseForm, object_id: str) -> HttpResponse:
        """Send nothing until the date begins where she lives."""
        reader = self._reader(request, object_id)
        lifecycle.pause(reader, reader.schedule.midnight(form.cleaned_data["until"]))
        return self._done(request, reader, "Paused")

    @confirmed("Unsubscribe", "Send her nothing more, queued mail included?", permission="verbs")
    def unsubscribe(
        self, request: HttpRequest, _form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """End her subscription as her own click would."""
        reader = self._reader(request, object_id)
        lifecycle.unsubscribe(reader, timezone.now())
        return self._done(request, reader, "Unsubscribed")

    @confirmed(
        "Suppress address",
        "Never write to this address again, whoever asks for it? There is no way back.",
        permission="suppress",
        grave=True,
    )
    def suppress(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Forbid all mail to her address."""
        reader = self._reader(request, object_id)
        lifecycle.suppress(reader.email, Suppression.Reason.OPERATOR, timezone.now())
        return self._done(request, reader, "Suppressed the address of")

    @confirmed(
        "Erase",
        "Forget her address, what she chose, and that her deliveries were hers? "
        "There is no way back.",
        permission="erase",
        grave=True,
    )
    def erase(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Forget a reader."""
        reader = self._reader(request, object_id)
        self.log_deletions(request, Subscriber.objects.filter(pk=reader.pk))
        name = str(reader)
        lifecycle.erase(reader)
        self.message_user(request, f"Erased {name}.")
        return go_to(reverse("admin:subscribers_subscriber_changelist"))

    def _reader(self, request: HttpRequest, object_id: str) -> Subscriber:
        reader: Subscriber | None = self.get_object(request, object_id)
        if reader is None:
            raise Http404(f"There is no subscriber {object_id}; she may have been erased.")
        return reader

    def _done(self, request: HttpRequest, reader: Subscriber, deed: str) -> HttpResponse:
        """Put a deed on record, and say where it left the reader: a verb may change nothing."""
        reader.refresh_from_db()
        self.log_change(request, reader, f"{deed} her.")
        self.message_user(request, f"{deed} {reader}: she is {reader.state} now.")
        return go_to(reverse("admin:subscribers_subscriber_change", args=[reader.pk]))


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that must not be written to. Which they are, only the address itself can tell."""

    list_display: ClassVar = ["__str__", "reason", "created_at"]
    list_filter: ClassVar = ["reason"]
    date_hierarchy = "created_at"
    search_fields: ClassVar = ["fingerprint"]
    search_help_text = "A whole address: is it here?"
    fields: ClassVar = ["reason", "created_at"]

    def get_search_results(
        self, _request: HttpRequest, rows: QuerySet[Any], typed: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the suppression of an address by its keyed hash."""
        if not typed:
            return rows, False
        try:
            address = addresses.normalise(typed)
        except ValidationError:
            return rows.none(), False
        return rows.filter(fingerprint=addresses.fingerprint(address)), False


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Letters that readers asked for."""

    list_display: ClassVar = [
        "reader",
        "kind",
        "state_label",
        "attempts",
        "requested_at",
        "sent_at",
    ]
    list_filter: ClassVar = ["state", "kind"]
    search_fields: ClassVar = ["=subscriber__email"]
    search_help_text = "A whole address."
    ordering: ClassVar = ["-pk"]  # that of `requested_at`, which has no index
    fields: ClassVar = [
        "reader",
        "kind",
        "state_label",
        "attempts",
        "requested_at",
        "next_attempt_at",
        "sent_at",
    ]
    readonly_fields: ClassVar = ["reader", "state_label"]

    @admin.display(description="subscriber")
    def reader(self, letter: Letter) -> SafeString:
        """Link to who asked for it."""
        pk = letter.subscriber_id
        return row_link("subscribers_subscriber", pk, f"subscriber#{pk}")

    @admin.display(description="state", ordering="state")
    def state_label(self, letter: Letter) -> SafeString:
        """Show the state in its colour."""
        state = Letter.State(letter.state)
        return label(state, LETTER_TONES[state], state.label)


@admin.register(Feedback)
class FeedbackAdmin(ReadOnlyAdmin):
    """What readers say of papers that they were sent."""

    list_display: ClassVar = ["paper_link", "verdict", "reader", "given_at"]
    list_filter: ClassVar = ["verdict"]
    list_select_related: ClassVar = ["paper"]
    search_fields: ClassVar = ["=subscriber__email"]
    search_help_text = "A whole address."
    ordering: ClassVar = ["-pk"]  # that of `given_at`, nearly, which has no index
    fields: ClassVar = ["paper_link", "verdict", "reader", "given_at"]
    readonly_fields: ClassVar = ["paper_link", "reader"]

    @admin.display(description="paper")
    def paper_link(self, feedback: Feedback) -> SafeString:
        """Link to the paper."""
        return row_link("digests_paper", feedback.paper_id, feedback.paper)

    @admin.display(description="subscriber")
    def reader(self, feedback: Feedback) -> SafeString:
        """Link to who says so."""
        pk = feedback.subscriber_id
        return row_link("subscribers_subscriber", pk, f"subscriber#{pk}")


@admin.register(Departure)
class DepartureAdmin(ReadOnlyAdmin):
    """Why readers left, as far as they said so. Nothing tells who it was."""

    list_display: ClassVar = ["left_on", "reason", "words"]
    list_filter: ClassVar = ["reason"]
    search_fields: ClassVar = ["words"]
    search_help_text = "A word of theirs."
    fields: ClassVar = ["left_on", "reason", "words"]
