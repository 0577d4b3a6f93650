"""The part of a topic's page where an operator changes its rules."""

from typing import Any, ClassVar, TypeGuard, cast

from django.contrib.admin.helpers import AdminErrorList
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.forms import AdminForm

from config.admin import PaperboyAdmin
from digests.admin.rules_form import RulesForm
from digests.admin.rules_history import MOST_CHANGES, diff, history
from digests.admin.rules_trial import try_out
from digests.matching.changes import ChangedMeanwhileError, change_rules, tidied
from digests.matching.rules.language import RuleError
from digests.matching.topics import shipped_rules
from digests.models import RuleChange, Topic

TEST, TAKE = "_test", "rules"
SHIPPED = "shipped"  # may be taken as well as a change, which is called by its number


class RulesAdmin(PaperboyAdmin):
    """Pages of topics, of which those of the catalogue have rules, a tester and a history."""

    class Media:
        """How rules look."""

        css: ClassVar = {"all": ["paperboy/rules.css"]}

    def get_form(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """Return the form, with rules where a topic has any."""
        form = {"form": RulesForm} if _has_rules(obj) else {}
        return super().get_form(request, obj, **kwargs, **form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the topic as it is, or with a draft: rules to be tested, or from the history."""
        if TEST in request.POST:
            return self._tested(request, self._editable(request, object_id))
        if request.method == "GET" and TAKE in request.GET:
            return self._taken(request, self._editable(request, object_id))
        try:
            page = super().change_view(request, object_id, form_url, extra_context)
        except ChangedMeanwhileError:
            topic = self._editable(request, object_id)
            return self._page(request, topic, self._form(request, topic, request.POST))
        return cast("HttpResponse", page)

    def save_model(self, request: HttpRequest, topic: Topic, form: Any, _change: Any) -> None:
        """Store what was changed, and only that: a rematch may note its version meanwhile."""
        topic.save(update_fields={"is_offered"} & {*form.changed_data})
        if "rules" in form.changed_data:
            change_rules(
                topic,
                form.cleaned_data["rules"],
                instead_of=form.cleaned_data["seen"],
                by=cast("User", request.user),
                now=timezone.now(),
            )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """Add what stands beside the rules."""
        topic = kwargs.get("obj")
        if _has_rules(topic):
            context |= _beside(topic, context["adminform"].form)
        return cast("HttpResponse", super().render_change_form(request, context, **kwargs))

    def _editable(self, request: HttpRequest, object_id: str) -> Topic:
        """Return a topic with rules that the operator may change."""
        topic = self.get_object(request, object_id)
        if not _has_rules(topic):
            raise Http404(f"There are no rules of a topic {object_id}.")
        if not self.has_change_permission(request, topic):
            raise PermissionDenied
        return topic

    def _form(self, request: HttpRequest, topic: Topic, *data: Any, **initial: str) -> RulesForm:
        form = self.get_form(request, topic, change=True)
        return cast("RulesForm", form(*data, instance=topic, initial=initial))

    def _tested(self, request: HttpRequest, topic: Topic) -> HttpResponse:
        """Show what the rules in the form would change, and change nothing."""
        form, trial = self._form(request, topic, request.POST), None
        if form.is_valid():
            try:
                trial = try_out(topic, form.cleaned_data["rules"], timezone.now())
            except RuleError as error:  # of what is stored: an older version may have taken it
                form.add_error("rules", f"There is nothing to compare with. Mend first: {error}")
        return self._page(request, topic, form, trial=trial)

    def _taken(self, request: HttpRequest, topic: Topic) -> HttpResponse:
        """Show the form with older rules in it."""
        wanted = request.GET[TAKE]
        rules, name = shipped_rules(topic), "the shipped rules"
        if wanted != SHIPPED:
            number = int(wanted) if wanted.isdecimal() else 0
            change = get_object_or_404(RuleChange, pk=number, topic=topic)
            rules, name = change.rules, f"the rules of {change.changed_at:%Y-%m-%d %H:%M}"
        return self._page(request, topic, self._form(request, topic, rules=rules), taken=name)

    def _page(
        self, request: HttpRequest, topic: Topic, form: RulesForm, **shown: object
    ) -> HttpResponse:
        """Show the page of a topic, as Django would, with a form that is not saved."""
        fieldsets = [*self.get_fieldsets(request, topic)]
        read_only = self.get_readonly_fields(request, topic)
        adminform = AdminForm(form, fieldsets, {}, read_only, model_admin=self)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Change {self.opts.verbose_name}",
            "subtitle": str(topic),
            "adminform": adminform,
            "object_id": str(topic.pk),
            "original": topic,
            "is_popup": False,
            "to_field": None,
            "media": self.media + adminform.media,
            "inline_admin_formsets": [],
            "errors": AdminErrorList(form, []),
            **shown,
        }
        # Sent without `?rules=`, or once saved they would be put into the form again.
        return self.render_change_form(
            request, context, change=True, form_url=request.path, obj=topic
        )


def _has_rules(topic: object) -> TypeGuard[Topic]:
    return isinstance(topic, Topic) and topic.kind == Topic.Kind.CATALOGUE


def _beside(topic: Topic, form: RulesForm) -> dict[str, object]:
    """Return what the page shows beside the form; what others changed meanwhile is told here."""
    stored = tidied(topic.rules)
    draft = form["rules"].value() or ""
    return {
        "stored": stored,
        "meanwhile": diff(stored, draft) if form.is_outdated() else None,
        "is_waiting": topic.matched_version != topic.version,
        "history": history(topic),
        "most_changes": MOST_CHANGES,
        "may_go_back": topic.has_own_rules and bool(shipped_rules(topic)),
    }
