"""The forms behind a personal link."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from digests.matching.own.words import OwnKind, OwnTopic
from subscribers.forms.fields import Form, TimeZoneField
from subscribers.forms.topics import ChoiceForm
from subscribers.lifecycle import Choice
from subscribers.models import MOST_PAPERS, Subscriber
from subscribers.schedule import Schedule, bits_to_days, days_to_bits

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
NUMBER_WANTED = f"Please enter a number from 1 to {MOST_PAPERS}."
LONGEST_PAUSE = dt.timedelta(days=366)


class PreferencesForm(ChoiceForm):
    """What she follows, when it comes, and how much at most."""

    hour = forms.TypedChoiceField(label="At", choices=HOURS, coerce=int)
    time_zone = TimeZoneField()
    days = forms.TypedMultipleChoiceField(
        label="On",
        choices=[*enumerate(WEEKDAYS)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Please choose at least one day."},
    )
    max_papers = forms.IntegerField(
        label="Papers in a mail, at most",
        help_text=f"Between 1 and {MOST_PAPERS}. What does not fit waits for the next mail.",
        validators=[
            MinValueValidator(1, NUMBER_WANTED),
            MaxValueValidator(MOST_PAPERS, NUMBER_WANTED),
        ],
        error_messages={"required": NUMBER_WANTED, "invalid": NUMBER_WANTED},
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_PAPERS, "inputmode": "numeric"}),
    )

    @staticmethod
    def choices_of(reader: Subscriber, choice: Choice) -> dict[str, Any]:
        """Return what the form shows of a reader who has not changed anything yet."""
        own = {kind: _lines(it for it in choice.own if it.kind is kind) for kind in OwnKind}
        return {
            "topics": [topic.pk for topic in choice.topics],
            "words": own[OwnKind.WORDS],
            "authors": own[OwnKind.AUTHOR],
            "categories": own[OwnKind.CATEGORY].replace("\n", " "),
            "excluded": _lines(choice.excluded),
            "hour": reader.hour,
            "time_zone": reader.time_zone,
            "days": bits_to_days(reader.days),
            "max_papers": reader.max_papers,
        }

    @property
    def schedule(self) -> Schedule:
        """When her mornings shall be."""
        chosen = self.cleaned_data
        return Schedule(chosen["time_zone"], chosen["hour"], days_to_bits(chosen["days"]))


class PauseForm(Form):
    """The date from which mail comes again."""

    until = forms.DateField(
        label="Send nothing before",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Please enter a date.",
            "invalid": "Please enter a date such as 2026-12-31.",
        },
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = today + dt.timedelta(days=1), today + LONGEST_PAUSE
        self.fields["until"].widget.attrs |= {
            "min": self.first.isoformat(),
            "max": self.last.isoformat(),
        }

    def clean_until(self) -> dt.date:
        """Return the date, which must lie within the year that comes."""
        until: dt.date = self.cleaned_data["until"]
        if not self.first <= until <= self.last:
            raise forms.ValidationError("Please choose a day between tomorrow and a year from now.")
        return until


def _lines(topics: Iterable[OwnTopic]) -> str:
    return "\n".join(topic.name for topic in topics)
