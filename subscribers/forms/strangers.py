"""The forms that strangers send, with two traps for robots."""

import datetime as dt
from typing import Any

from django import forms

from config.dates import zone_name
from subscribers import stamps
from subscribers.forms.fields import AddressField, Form, GuessedTimeZoneField
from subscribers.forms.topics import ChoiceForm
from subscribers.models import USUAL_HOUR


class StampedForm(Form):
    """A form with the two traps: a bait, and the time it took."""

    stamp = forms.CharField(required=False)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["stamp"].initial = stamps.again(self.data.get("stamp", ""), now)

    def clean_stamp(self) -> None:
        """Refuse a form that nobody can have read, or that has lain about."""
        stamps.check(self.cleaned_data["stamp"], self.now)

    @property
    def bait_is_taken(self) -> bool:
        """Tell whether something filled in the field that no reader can see."""
        return bool(self.data.get("homepage"))


class SignUpForm(ChoiceForm, StampedForm):
    """Topics and own words, an address, a time zone."""

    usual_hour = dt.time(USUAL_HOUR)

    email = AddressField()
    time_zone = GuessedTimeZoneField()

    @property
    def shown_time_zone(self) -> str:
        """Where mail comes at that hour, as far as is known."""
        return zone_name(self.fields["time_zone"].clean(self["time_zone"].value()))


class LinkForm(StampedForm):
    """An address to mail a personal link to."""

    email = AddressField()
