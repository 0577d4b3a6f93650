"""What readers fill in. A form cleans and explains; the verbs of `lifecycle` act."""

import datetime as dt
from collections.abc import Collection
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from digests.models import Topic
from subscribers import addresses, stamps
from subscribers.models import MOST_PAPERS, USUAL_HOUR, Subscriber
from subscribers.schedule import Schedule, bits_to_days, days_to_bits, time_zones
from subscribers.spelling import place

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
NUMBER_WANTED = f"Please enter a number from 1 to {MOST_PAPERS}."
LONGEST_PAUSE = dt.timedelta(days=366)


class Section(NamedTuple):
    """A group of topics on a form, each with whether it is ticked."""

    name: str
    topics: list[tuple[Topic, bool]]


@cache
def time_zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones by area, each under its name within that area."""
    areas = groupby(time_zones(), key=lambda zone: zone.partition("/")[0])
    return [
        (area, [(zone, place(zone.partition("/")[2] or zone)) for zone in zones])
        for area, zones in areas
    ]


class AddressField(forms.CharField):
    """An e-mail address, cleaned by `addresses.normalise`."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})

    def __init__(self) -> None:
        super().__init__(
            label="Your e-mail address",
            max_length=addresses.LONGEST_ADDRESS,
            error_messages={"required": "Please enter your e-mail address."},
        )

    def clean(self, value: Any) -> str:
        """Return the address to write to."""
        return addresses.normalise(super().clean(value))


class TimeZoneField(forms.ChoiceField):
    """A time zone, out of a list by area."""

    def __init__(self, *, label: str = "Time zone", help_text: str = "") -> None:
        super().__init__(label=label, help_text=help_text, choices=time_zone_choices)


class Form(forms.Form):
    """A form whose labels stand above their fields, so without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class TopicsForm(Form):
    """A form with topics to tick."""

    topics = forms.MultipleChoiceField(
        error_messages={
            "required": "Please choose at least one topic.",
            "invalid_choice": "One of your topics is not offered any more. Please look again.",
        }
    )

    def __init__(self, *args: Any, offered: Collection[Topic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(topic.pk): topic for topic in offered}
        self.fields["topics"].choices = [(key, topic.name) for key, topic in self.offered.items()]  # type: ignore[attr-defined] # of a ChoiceField

    def clean_topics(self) -> list[Topic]:
        """Return the topics themselves."""
        return [self.offered[key] for key in self.cleaned_data["topics"]]

    def sections(self) -> list[Section]:
        """Return the topics as the form shows them; what stands in no group comes first."""
        ticked = {str(key) for key in self["topics"].value() or []}
        groups = groupby(self.offered.values(), key=attrgetter("group"))
        return [
            Section(name, [(topic, str(topic.pk) in ticked) for topic in topics])
            for name, topics in groups
        ]


class StampedForm(Form):
    """A form that strangers send, with two traps for robots: a bait, and the time it took."""

    stamp = forms.CharField(required=False)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["stamp"].initial = stamps.stamp(now)

    def clean_stamp(self) -> None:
        """Refuse a form that nobody can have read, or that has lain about."""
        stamps.check(self.cleaned_data["stamp"], self.now)

    @property
    def bait_is_taken(self) -> bool:
        """Tell whether something filled in the field that no reader can see."""
        return bool(self.data.get("homepage"))


class SignUpForm(TopicsForm, StampedForm):
    """Topics, an address, a time zone."""

    email = AddressField()
    time_zone = TimeZoneField(
        label="Your time zone",
        help_text=f"Mail comes at {USUAL_HOUR:02}:00 there. You can change the hour later.",
    )


class LinkForm(StampedForm):
    """An address to mail a personal link to."""

    email = AddressField()


class PreferencesForm(TopicsForm):
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
    def choices_of(reader: Subscriber, following: Collection[Topic]) -> dict[str, Any]:
        """Return what the form shows of a reader who has not changed anything yet."""
        return {
            "topics": [topic.pk for topic in following],
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
