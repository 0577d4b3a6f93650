from typing import Any, ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm

from config.admin import confirmed, go_to, label, numbered
from digests.admin.paper import PaperAdmin
from digests.identity.corrections import take_back, withdraw
from digests.models import Paper
from newsletter.withdrawing import unsent_with

admin.site.unregister(Paper)


class WithdrawForm(BaseDialogForm):  # type: ignore[misc] # unfold ships no types
    """Nothing to fill in, but a number to know before one says yes."""

    form_before_template = "admin/newsletter/paper/unsent.html"

    def get_before_template_context(
        self, _request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        """Count the mails that will leave without the paper."""
        paper = numbered(Paper.objects.all(), str(object_id)).first()
        return {"unsent": unsent_with(paper) if paper else 0}


@admin.register(Paper)
class WithdrawablePaperAdmin(PaperAdmin):
    """Papers, which can be kept out of mail: that is why this is the post's business."""

    list_display: ClassVar = [*PaperAdmin.list_display, "withdrawn"]
    actions_detail: ClassVar = ["take_back", "withdraw"]

    @admin.display(description="", empty_value="")
    def withdrawn(self, paper: Paper) -> SafeString | None:
        """Say what nobody gets any more."""
        return label("withdrawn", "warning") if paper.withdrawn_at else None

    def has_withdraw_permission(self, request: HttpRequest, pk: str = "") -> bool:
        """Tell whether an operator may withdraw this paper."""
        return self._may(request, pk, withdrawn_at=None)

    def has_take_back_permission(self, request: HttpRequest, pk: str = "") -> bool:
        """Tell whether an operator may have this paper sent again."""
        return self._may(request, pk, withdrawn_at__isnull=False)

    @confirmed(
        "Withdraw",
        "Send this paper to nobody any more? Mails that have not left will leave without it, and "
        "not at all where they hold nothing else.",
        permission="withdraw",
        form=WithdrawForm,
        grave=True,
    )
    def withdraw(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Keep a paper out of all mail."""
        paper = self._paper(object_id)
        withdraw(paper, timezone.now())
        return self._done(request, paper, "Withdrew")

    @confirmed(
        "Take back",
        "Let this paper come again, to whoever has not got it and within its days?",
        permission="take_back",
    )
    def take_back(
        self, request: HttpRequest, _form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """Let a withdrawn paper come again."""
        paper = self._paper(object_id)
        take_back(paper)
        return self._done(request, paper, "Took back")

    def _may(self, request: HttpRequest, pk: str, **condition: Any) -> bool:
        papers = Paper.objects.standing().filter(**condition)
        return self.has_change_permission(request) and numbered(papers, pk).exists()

    def _paper(self, object_id: str) -> Paper:
        paper = numbered(Paper.objects.standing(), object_id).first()
        if paper is None:
            raise Http404(f"There is no paper {object_id}; it may have been merged.")
        return paper

    def _done(self, request: HttpRequest, paper: Paper, deed: str) -> HttpResponse:
        self.log_change(request, paper, f"{deed} it.")
        self.message_user(request, f"{deed} “{paper}”.")
        return go_to(reverse("admin:digests_paper_change", args=[paper.pk]))
