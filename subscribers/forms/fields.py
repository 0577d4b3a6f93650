"""The fields that several forms have."""

from functools import cache
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.dates import zone_name
from subscribers import addresses
from subscribers.zones import listed, other_names, time_zones


@cache
def time_zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the time zones by area, each under its name within that area."""
    areas = groupby(time_zones(), key=lambda zone: zone.partition("/")[0])
    return [
        (area, [(zone, zone_name(zone.partition("/")[2] or zone)) for zone in zones])
        for area, zones in areas
    ]


class AddressField(forms.CharField):
    """An e-mail address, cleaned by `addresses.normalise`."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})

    def __init__(self) -> None:
        super().__init__(
            label=_("Your e-mail address"),
            max_length=addresses.LONGEST_ADDRESS,
            error_messages={
                "required": _("Please enter your e-mail address."),
                "max_length": addresses.TOO_LONG,
            },
        )

    def clean(self, value: Any) -> str:
        """Return the address to write to."""
        return addresses.normalise(super().clean(value))


class TimeZoneSelect(forms.Select):
    """A list in which each zone says by which other names a browser may know it: see me.js."""

    def create_option(self, name: str, value: Any, *more: Any, **attrs: Any) -> dict[str, Any]:
        """Return what is written of one zone."""
        option = super().create_option(name, value, *more, **attrs)
        if others := other_names().get(value):
            option["attrs"]["data-also"] = " ".join(others)
        return option


class TimeZoneField(forms.ChoiceField):
    """A time zone, out of a list by area."""

    widget = TimeZoneSelect

    def __init__(self) -> None:
        super().__init__(label=_("Time zone"), choices=time_zone_choices)

    def keep(self, zone: str) -> None:
        """Offer a zone beside the listed ones: it is hers, until she chooses another."""
        if zone not in time_zones():
            self.choices = [(zone, zone_name(zone)), *time_zone_choices()]

    def to_python(self, value: Any) -> str:
        """Return a zone by the name it is listed under."""
        return listed(super().to_python(value))


class GuessedTimeZoneField(forms.Field):
    """A time zone as her browser names it, in a field that she does not see.

    What names none, as where no script could say, is the installation's own: no mistake, as there
    would be nothing that she could mend.
    """

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> str:
        """Return the time zone."""
        zone = listed(value or "")
        return zone if zone in time_zones() else settings.DEFAULT_TIME_ZONE


class Form(forms.Form):
    """A form whose labels stand above their fields, so without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
