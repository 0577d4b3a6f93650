from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from config.admin import ReadOnlyAdmin, confirmed, go_to, label
from newsletter.models import Breaker, Halt
from newsletter.sending import breaker as breakers
from newsletter.sending import halts

NOT_BY_A_CLICK = (
    "No operator halted it. After a restored backup, this is for whoever restored it to do: "
    "manage.py resume --after-restore"
)


class ReasonForm(BaseDialogForm):  # type: ignore[misc] # unfold ships no types
    """Why all mail stops: whoever finds it stopped will ask."""

    reason = forms.CharField(
        label="Why?", max_length=200, widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True})
    )


@admin.register(Halt)
class HaltAdmin(ReadOnlyAdmin):
    """The switch that stops all editions, and who or what has turned it off."""

    list_display: ClassVar = ["stopped_by", "reason", "since"]
    search_fields: ClassVar = ["cause", "reason"]
    fields: ClassVar = list_display
    readonly_fields: ClassVar = ["stopped_by"]
    actions_list: ClassVar = ["resume", "halt"]

    @admin.display(description="stopped by")
    def stopped_by(self, halt: Halt) -> SafeString:
        """Say who or what it was."""
        return label(halt.get_cause_display(), "danger")

    def has_halt_permission(self, request: HttpRequest) -> bool:
        """Tell whether an operator may stop all sending."""
        return request.user.has_perm("newsletter.add_halt")

    def has_resume_permission(self, request: HttpRequest) -> bool:
        """Tell whether an operator may let sending go on."""
        return request.user.has_perm("newsletter.delete_halt")

    @confirmed(
        "Halt all sending",
        "Let no edition leave, of whichever morning? Mails that are leaving arrive. Whatever waits "
        "longer than its morning lasts is not sent; its papers come with the next one.",
        permission="halt",
        form=ReasonForm,
        grave=True,
    )
    def halt(self, request: HttpRequest, form: BaseDialogForm) -> HttpResponse:
        """Stop all sending."""
        reason = form.cleaned_data["reason"]
        halts.halt(f"{reason}, says {request.user}", timezone.now())
        halt = Halt.objects.get(cause=Halt.Cause.OPERATOR)
        self.log_addition(request, halt, f"Halted all sending: {reason}.")
        self.message_user(request, "No edition leaves any more.", messages.WARNING)
        return go_to(reverse("admin:newsletter_halt_changelist"))

    @confirmed("Resume", "Let editions leave again?", permission="resume")
    def resume(self, request: HttpRequest, _form: BaseDialogForm) -> HttpResponse:
        """Take an operator's halt back; that of a restored backup needs more than a click."""
        halt = Halt.objects.filter(cause=Halt.Cause.OPERATOR).first()
        if halt and halts.resume():
            self.log_change(request, halt, "Let sending go on.")
            self.message_user(request, "Editions leave again.")
        else:
            self.message_user(request, NOT_BY_A_CLICK, messages.WARNING)
        return go_to(reverse("admin:newsletter_halt_changelist"))


@admin.register(Breaker)
class BreakerAdmin(ReadOnlyAdmin):
    """Transports that take no mail at present, and when one worker tries again."""

    list_display: ClassVar = ["transport", "state_label", "reason", "opened_at", "retry_at"]
    search_fields: ClassVar = ["transport"]
    fields: ClassVar = [
        "transport",
        "state_label",
        "reason",
        ("failures", "probes"),
        ("opened_at", "retry_at", "probing_until"),
    ]
    readonly_fields: ClassVar = ["state_label"]
    actions_list: ClassVar = ["try_again"]

    @admin.display(description="state")
    def state_label(self, breaker: Breaker) -> SafeString:
        """Say whether mail may go through."""
        if breaker.opened_at is None:
            return label("in order", "success")
        return label("open", "danger", "No mail goes through but one to try.")

    def has_try_permission(self, request: HttpRequest) -> bool:
        """Tell whether an operator may have a transport tried before its time."""
        return request.user.has_perm("newsletter.change_breaker")

    @confirmed(
        "Try again now",
        "Is what was wrong mended? Every open transport is tried now, by one mail.",
        permission="try",
    )
    def try_again(self, request: HttpRequest, _form: BaseDialogForm) -> HttpResponse:
        """Try what is open now."""
        breakers.try_at_once(timezone.now())
        self.message_user(request, "The next worker tries.")
        return go_to(reverse("admin:newsletter_breaker_changelist"))
