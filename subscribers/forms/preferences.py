"""The forms behind a personal link."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from config import dates
from config.languages import LANGUAGES
from digests.matching.own.words import OwnKind, OwnTopic
from subscribers.choosing import Choice, Wishes
from subscribers.forms.fields import AddressField, Form, TimeZoneField
from subscribers.forms.topics import ChoiceForm
from subscribers.models import MOST_PAPERS, Subscriber
from subscribers.schedule import (
    EVERY_DAY,
    MONDAY_TO_FRIDAY,
    Schedule,
    bits_to_days,
    days_to_bits,
    is_weekly,
)
from subscribers.zones import listed

NUMBER_WANTED = format_lazy(_("Please enter a number from 1 to {most}."), most=MOST_PAPERS)
LONGEST_PAUSE = dt.timedelta(days=366)


class Rhythm(TextChoices):
    """On which days mail comes. What is stored is the days alone."""

    DAILY = "daily", _("Every day")
    WORKDAYS = "workdays", _("Monday to Friday")
    WEEKLY = "weekly", _("Once a week, with the week\u2019s papers")
    DAYS = "days", _("On days of my choice")

    @classmethod
    def of(cls, days: int) -> "Rhythm":
        """Name the rhythm of some days."""
        if is_weekly(days):
            return cls.WEEKLY
        return {EVERY_DAY: cls.DAILY, MONDAY_TO_FRIDAY: cls.WORKDAYS}.get(days, cls.DAYS)


def _hours() -> Iterator[tuple[int, str]]:
    """Yield the hours of a day, as her language writes them."""
    for hour in range(24):
        yield hour, dates.clock(dt.time(hour))


class PreferencesForm(ChoiceForm):
    """What she follows, when it comes, how much at most, and how it is told.

    `weekday` and `hears_of_silence` count for a weekly rhythm alone, `days` for days of her choice:
    the fields of the others may hold what they like.
    """

    hour = forms.TypedChoiceField(label=_("Hour"), choices=_hours, coerce=int)
    time_zone = TimeZoneField()
    rhythm = forms.ChoiceField(
        label=_("Days"), choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.DAILY
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), choices=[*WEEKDAYS.items()], coerce=int
    )
    hears_of_silence = forms.BooleanField(
        label=_("Tell me when a week brought nothing new"), required=False
    )
    days = forms.TypedMultipleChoiceField(
        label=_("These days"),
        choices=[*WEEKDAYS.items()],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    max_papers = forms.IntegerField(
        label=_("Papers in a mail, at most"),
        help_text=_("What does not fit waits for the next mail."),
        validators=[
            MinValueValidator(1, NUMBER_WANTED),
            MaxValueValidator(MOST_PAPERS, NUMBER_WANTED),
        ],
        error_messages={"required": NUMBER_WANTED, "invalid": NUMBER_WANTED},
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_PAPERS, "inputmode": "numeric"}),
    )
    abstracts = forms.ChoiceField(
        label=_("Abstracts"),
        choices=[
            (Subscriber.Abstracts.SHORT, _("The first sentences")),
            (Subscriber.Abstracts.FULL, _("All of each abstract")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=LANGUAGES,
        help_text=_("Of your mails and of this page. Papers stay in their own."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("TimeZoneField", self.fields["time_zone"]).keep(self.initial["time_zone"])

    @staticmethod
    def choices_of(reader: Subscriber, choice: Choice) -> dict[str, Any]:
        """Return what the form shows of a reader who has not changed anything yet."""
        own = {kind: _lines(it for it in choice.own if it.kind is kind) for kind in OwnKind}
        days = bits_to_days(reader.days)
        return {
            "topics": [topic.key for topic in choice.topics],
            "words": own[OwnKind.WORDS],
            "authors": own[OwnKind.AUTHOR],
            "categories": own[OwnKind.CATEGORY].replace("\n", " "),
            "excluded": _lines(choice.excluded),
            "hour": reader.hour,
            "time_zone": listed(reader.time_zone),
            "rhythm": Rhythm.of(reader.days),
            "weekday": days[0],
            "hears_of_silence": reader.hears_of_silence,
            "days": days,
            "max_papers": reader.max_papers,
            "abstracts": reader.abstracts,
            "language": reader.language,
        }

    def clean(self) -> None:
        """Want a day where she chooses them."""
        super().clean()
        if self.cleaned_data.get("rhythm") == Rhythm.DAYS and not self.cleaned_data.get("days"):
            self.add_error("days", _("Please choose at least one day."))

    @property
    def wishes(self) -> Wishes:
        """All that she asks for."""
        chosen = self.cleaned_data
        return Wishes(
            self.choice,
            Schedule(chosen["time_zone"], chosen["hour"], self._days()),
            chosen["max_papers"],
            chosen["abstracts"],
            chosen["language"],
            chosen["hears_of_silence"],
        )

    def _days(self) -> int:
        chosen = self.cleaned_data
        bits = {
            Rhythm.DAILY: EVERY_DAY,
            Rhythm.WORKDAYS: MONDAY_TO_FRIDAY,
            Rhythm.WEEKLY: days_to_bits([chosen["weekday"]]),
            Rhythm.DAYS: days_to_bits(chosen["days"]),
        }
        return bits[chosen["rhythm"]]


class PauseForm(Form):
    """The date from which mail comes again."""

    until = forms.DateField(
        label=_("Send nothing before"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": _("Please enter a date."),
            "invalid": _("Please enter a date such as 2026-12-31."),
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
            raise forms.ValidationError(
                _("Please choose a day between tomorrow and a year from now.")
            )
        return until


class MoveForm(Form):
    """The address to which her mail shall go from now on."""

    email = AddressField()

    def __init__(self, *args: Any, reader: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["email"].label = _("Your new e-mail address")

    def clean_email(self) -> str:
        """Return the address, which must be another one."""
        email: str = self.cleaned_data["email"]
        if self.reader.is_at(email):
            raise forms.ValidationError(_("Your mail goes to this address already."))
        return email


def _lines(topics: Iterable[OwnTopic]) -> str:
    return "\n".join(topic.name for topic in topics)
