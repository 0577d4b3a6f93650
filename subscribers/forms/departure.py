"""Why somebody left: a form that need not be filled in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from subscribers.forms.fields import Form
from subscribers.models import Departure

Reason = Departure.Reason
LONGEST_WORDS = 500
REASONS = (
    (Reason.TOO_MUCH, _("It was too much mail")),
    (Reason.NOT_MY_PAPERS, _("The papers were not for me")),
    (Reason.READ_ELSEWHERE, _("I find papers elsewhere")),
    (Reason.NEVER_ASKED, _("I never asked for it")),
    (Reason.OTHER, _("Something else")),
)


class DepartureForm(Form):
    """A reason to tick, or some words, or both."""

    reason = forms.ChoiceField(
        label=_("Why do you leave?"), choices=REASONS, required=False, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"max_length": _("Please keep to %(limit_value)d characters.")},
    )

    def clean(self) -> dict[str, Any]:
        """Want one of the two: who only writes has something else to say."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("reason"):
            cleaned["reason"] = Reason.OTHER
            if not self.errors and not cleaned.get("words"):
                self.add_error("reason", _("Please tick a reason, or write a few words."))
        return cleaned
