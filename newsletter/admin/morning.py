import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.views import ChangeList

from config.admin import (
    ReadOnlyAdmin,
    beside,
    confirmed,
    go_to,
    label,
    list_link,
    numbered,
    put_beside,
)
from newsletter.accounts import Account, accounts
from newsletter.models import Morning
from newsletter.sending import halts


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
    list_per_page = 7  # each of them may be a million deliveries to count
    search_fields: ClassVar = ["^date"]
    search_help_text = "A date such as 2026-03 or 2026-03-16."
    date_hierarchy = "date"
    fields: ClassVar = ["date", "verdict", "equation", "deliveries"]
    readonly_fields: ClassVar = ["verdict", "equation", "deliveries"]
    actions_detail: ClassVar = ["resume", "pause"]

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
        if account.is_open and morning.is_paused:
            return label("paused", "warning", "Some are still to be sent, and wait.")
        if account.is_open:
            return label("open", "info", "Some are still to be sent.")
        return label("balances", "success")

    def equation(self, morning: Morning) -> str:
        """Write the equation out."""
        return str(beside(morning, "account"))

    def deliveries(self, morning: Morning) -> SafeString:
        """Link to the deliveries of that date."""
        return list_link("newsletter_delivery", "date", morning.date, "Look at them")

    def has_pause_permission(self, request: HttpRequest, pk: str = "") -> bool:
        """Tell whether an operator may have this morning's mails wait."""
        return self._may(request, pk, is_paused=False)

    def has_resume_permission(self, request: HttpRequest, pk: str = "") -> bool:
        """Tell whether an operator may let a paused morning's mails leave."""
        return self._may(request, pk, is_paused=True)

    @confirmed(
        "Pause",
        "Have the mails of this morning wait? What is on its way arrives. Whatever waits longer "
        "than the morning lasts is not sent; its papers come with the next one.",
        permission="pause",
        grave=True,
    )
    def pause(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Have a morning's mails wait."""
        return self._do(request, object_id, halts.pause, "Paused")

    @confirmed("Resume", "Let the mails of this morning leave?", permission="resume")
    def resume(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Let a paused morning's mails leave."""
        return self._do(request, object_id, halts.end_pause, "Resumed")

    def _may(self, request: HttpRequest, pk: str, *, is_paused: bool) -> bool:
        may = request.user.has_perm("newsletter.change_morning")
        return may and numbered(Morning.objects.filter(is_paused=is_paused), pk).exists()

    def _do(
        self, request: HttpRequest, object_id: str, verb: Callable[[dt.date], object], deed: str
    ) -> HttpResponse:
        morning = numbered(Morning.objects.all(), object_id).first()
        if morning is None:
            raise Http404(f"There is no morning {object_id}.")
        verb(morning.date)
        self.log_change(request, morning, f"{deed} it.")
        self.message_user(request, f"{deed} the mails of {morning}.")
        return go_to(reverse("admin:newsletter_morning_change", args=[morning.pk]))


def _with_accounts(mornings: Sequence[Morning]) -> list[Morning]:
    by_date = {account.date: account for account in accounts(m.date for m in mornings)}
    return [put_beside(morning, account=by_date[morning.date]) for morning in mornings]
