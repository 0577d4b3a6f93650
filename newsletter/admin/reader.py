import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from config.admin import numbered
from newsletter.explaining.silence import schedule_of
from newsletter.explaining.why import Explanation, why
from subscribers.admin import SubscriberAdmin
from subscribers.models import Subscriber

MOST_PAPERS = 30  # that stayed away and are told one by one

admin.site.unregister(Subscriber)


class DateForm(forms.Form):
    """Which morning is meant; hers, not that of UTC."""

    date = forms.DateField(widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))


@admin.register(Subscriber)
class ExplainedReaderAdmin(SubscriberAdmin):
    """Readers, and why each of them got what she got: that is the post's to know."""

    actions_detail: ClassVar = ["why", *SubscriberAdmin.actions_detail]

    @action(description="Why?", permissions=["view"])  # type: ignore[untyped-decorator] # unfold
    def why(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Explain what she got on a date, or did not."""
        reader = numbered(Subscriber.objects.all(), object_id).first()
        if reader is None:
            raise Http404(f"There is no subscriber {object_id}; she may have been erased.")
        form = DateForm(request.GET)
        date = form.cleaned_data["date"] if form.is_valid() else None
        found = why(reader, timezone.now(), date)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Why {reader} got what she got",
            "opts": self.opts,
            "media": self.media,
            **_shown(found),
        }
        return TemplateResponse(request, "admin/newsletter/reader/why.html", context)


def _shown(found: Explanation) -> dict[str, Any]:
    form = DateForm(initial={"date": found.date})
    return {
        "found": found,
        "form": form,
        "schedule": schedule_of(found.reader),
        "follows": [row for row in found.choice if not row.excludes],
        "excludes": [row for row in found.choice if row.excludes],
        "earlier": found.date - dt.timedelta(days=1),
        "later": found.date + dt.timedelta(days=1),
        "others": found.others[:MOST_PAPERS],
        "more": len(found.others) - MOST_PAPERS,
    }
