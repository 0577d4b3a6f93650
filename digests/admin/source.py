import datetime as dt
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from unfold.forms import BaseDialogForm
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from config.admin import (
    PaperboyAdmin,
    ReadOnlyInline,
    beside,
    confirmed,
    go_to,
    label,
    list_link,
    put_beside,
)
from digests.fetch import FetchError, Policy, urls
from digests.models import Poll, Source
from digests.models.source import DAY, WEEKDAYS, WORKING_DAYS, once_in_the_morning
from digests.polling.health import OFF, WAITING, WELL, Health, health
from digests.polling.switching import UNTRIED, SwitchError, activate, deactivate

POLLS_SHOWN = dt.timedelta(days=14)
TONES = {WELL: "success", WAITING: "info", OFF: "neutral"}
MEANINGS = {WELL: "", WAITING: "It has not answered yet.", OFF: "It is not fetched by itself."}
TRIED_ANEW = {"is_active", "kind", "url"}  # what failed before they changed may work now
SETTINGS = [
    "is_active",
    "active_since",
    "weekdays",
    "poll_times",
    "repoll_days",
    "takes_cross_lists",
]
CONDITION = [
    "how_it_is",
    "last_success_at",
    "last_new_paper",
    "papers",
    "failures",
    "last_error",
    "retry_at",
    "built_at",
]


class TimeOfDay(forms.TimeField):
    """A time that is shown as people write it: 06:00."""

    def prepare_value(self, value: Any) -> Any:
        """Leave the seconds out, which are none."""
        return f"{value:%H:%M}" if isinstance(value, dt.time) else value


class SourceForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when run
    """What is set by hand."""

    weekdays = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=WEEKDAYS,
        initial=WORKING_DAYS,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="On which it brings papers. Silence on other days is no fault.",
    )
    poll_times = SimpleArrayField(
        TimeOfDay(),
        initial=once_in_the_morning,
        widget=UnfoldAdminTextInputWidget,
        help_text="When it is looked at on each of these days, in UTC: 06:00, 14:00, 22:00.",
    )

    def clean_url(self) -> str:
        """Refuse what the fetcher would refuse."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                urls.checked(url.replace(DAY, "2026-03-16"), Policy.from_settings())
            except FetchError as error:
                raise forms.ValidationError(str(error)) from error
        if "{" in url.replace(DAY, "") or "}" in url.replace(DAY, ""):
            raise forms.ValidationError("Write {date}, in small letters, where the day stands.")
        return url

    def clean_poll_times(self) -> list[dt.time]:
        """Put them in order, each once."""
        return sorted(set(self.cleaned_data["poll_times"]))

    def clean(self) -> dict[str, Any]:
        """Have a source that is switched on be active from today on, or since the day given."""
        data, changed = super().clean() or self.cleaned_data, self.changed_data
        is_switched = "is_active" in changed and "active_since" not in changed
        if data.get("is_active") and (is_switched or not data.get("active_since")):
            data["active_since"] = _today()
        return data


class PollInline(ReadOnlyInline):
    """For which days it answered of late."""

    model = Poll
    fields: ClassVar = ["day", "polled_at", "papers"]
    readonly_fields = fields
    verbose_name_plural = "answers of the last 14 days"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Poll]:
        """Return the polls of the last days."""
        polls = super().get_queryset(request)
        return cast("QuerySet[Poll]", polls.filter(day__gt=_today() - POLLS_SHOWN))


class SourceList(ChangeList):  # type: ignore[misc] # unfold ships no types
    """A page of sources with how they are, found out for all of them at once."""

    def get_results(self, request: HttpRequest) -> None:
        """Load the page, and how its sources are."""
        super().get_results(request)
        self.result_list: list[Source] = _with_health([*self.result_list])


@admin.register(Source)
class SourceAdmin(PaperboyAdmin):
    """Where digests come from, and whether they do."""

    form = SourceForm
    list_display: ClassVar = [
        "name",
        "active",
        "kind",
        "how_it_is",
        "last_success_at",
        "last_new_paper",
        "failures",
    ]
    list_filter: ClassVar = ["is_active", "kind"]
    search_fields: ClassVar = ["name", "slug"]
    prepopulated_fields: ClassVar = {"slug": ["name"]}
    fieldsets: ClassVar = [
        (None, {"fields": ["name", "slug", "kind", "url"]}),
        ("When it is fetched", {"fields": SETTINGS}),
        ("How it is", {"fields": [*CONDITION, "digest_list"]}),
    ]
    readonly_fields: ClassVar = [*CONDITION, "digest_list"]
    inlines: ClassVar = [PollInline]
    actions: ClassVar = ["activate_all", "deactivate_all"]
    actions_detail: ClassVar = ["activate", "deactivate"]

    def get_changelist(self, _request: HttpRequest, **_: Any) -> type[SourceList]:
        """Return the list that brings how its sources are."""
        return SourceList

    def get_object(self, *args: Any, **kwargs: Any) -> Source | None:
        """Return a source with how it is."""
        source = super().get_object(*args, **kwargs)
        return _with_health([source])[0] if source else None

    def get_fieldsets(self, request: HttpRequest, obj: Source | None = None) -> list[Any]:
        """Return the form's parts; how it is cannot be told before it is there."""
        fieldsets = super().get_fieldsets(request, obj)
        return [*fieldsets] if obj else [*fieldsets[:-1]]

    def get_inlines(self, _request: HttpRequest, obj: Source | None) -> list[Any]:
        """Return the answers, of a source that is there."""
        return [PollInline] if obj else []

    def save_model(self, _request: HttpRequest, source: Source, form: Any, change: Any) -> None:
        """Store what was changed: the worker may write the rest at the same moment."""
        source.save(update_fields={*form.changed_data, "active_since"} if change else None)
        if not TRIED_ANEW.isdisjoint(form.changed_data):
            Source.objects.filter(pk=source.pk).update(**UNTRIED)
            source.polls.update(etag="", last_modified="")  # of another list, or read otherwise

    @admin.display(description="active", ordering="is_active")
    def active(self, source: Source) -> str:
        """Say it without a red cross: a source that is off is no fault."""
        return "yes" if source.is_active else "no"

    @admin.display(description="it is")
    def how_it_is(self, source: Source) -> SafeString:
        """Say how it is: all warnings, or one word."""
        found: Health = beside(source, "health")
        if not found.warnings:
            return label(found.word, TONES[found.word], MEANINGS[found.word])
        return format_html_join(
            "",
            '<div style="min-width: 16rem; white-space: normal">{} {}</div>',
            (
                (label(fault.name, "danger" if fault.is_grave else "warning"), fault.text)
                for fault in found.warnings
            ),
        )

    @admin.display(description="last new paper", empty_value="-")
    def last_new_paper(self, source: Source) -> str:
        """Say when it last listed a paper that it had not listed before."""
        found: Health = beside(source, "health")
        return localize(localtime(found.last_paper_at)) if found.last_paper_at else ""

    @admin.display(description="papers of the last day", empty_value="-")
    def papers(self, source: Source) -> str:
        """Say how many papers its newest day has, and how many are usual."""
        found: Health = beside(source, "health")
        return f"{found.day}: {found.last_day}" if found.day else ""

    @admin.display(description="digests")
    def digest_list(self, source: Source) -> SafeString:
        """Link to what came from it."""
        return list_link("digests_digest", "source__id__exact", source.pk, "Look at them")

    @admin.action(description="Activate", permissions=["change"])
    def activate_all(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Have these fetched by themselves."""
        self._switch_on(request, sources)

    @admin.action(description="Deactivate", permissions=["change"])
    def deactivate_all(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        """Have these fetched no more."""
        self._switch_off(request, sources)

    @confirmed("Activate", "Fetch it by itself, from today on?", permission="change")
    def activate(self, request: HttpRequest, _form: BaseDialogForm, object_id: str) -> HttpResponse:
        """Have it fetched by itself."""
        self._switch_on(request, _one(object_id))
        return _back_to(object_id)

    @confirmed("Deactivate", "Fetch it no more by itself?", permission="change")
    def deactivate(
        self, request: HttpRequest, _form: BaseDialogForm, object_id: str
    ) -> HttpResponse:
        """Have it fetched no more."""
        self._switch_off(request, _one(object_id))
        return _back_to(object_id)

    def _switch_on(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        try:
            switched = activate(sources, _today())
        except SwitchError as error:
            self.message_user(request, f"{error}; nothing was activated.", messages.ERROR)
        else:
            self._done(request, switched, "Activated")

    def _switch_off(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._done(request, deactivate(sources), "Deactivated")

    def _done(self, request: HttpRequest, switched: list[Source], deed: str) -> None:
        """Put a deed on record and say what it was done to."""
        for source in switched:
            self.log_change(request, source, f"{deed} it.")
        names = ", ".join(source.name for source in switched) or "nothing: it was so already"
        self.message_user(request, f"{deed} {names}.")


def _with_health(sources: list[Source]) -> list[Source]:
    found = health(timezone.now(), sources)
    return [put_beside(one.source, health=one) for one in found]


def _one(object_id: str) -> QuerySet[Source]:
    sources = Source.objects.filter(pk=object_id)
    if not sources.exists():
        raise Http404(f"There is no source {object_id}; it may have been deleted.")
    return sources


def _back_to(object_id: str) -> HttpResponse:
    return go_to(reverse("admin:digests_source_change", args=[object_id]))


def _today() -> dt.date:
    return timezone.now().astimezone(dt.UTC).date()
