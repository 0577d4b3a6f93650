"""The form that an operator writes a topic's rules in."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from digests.matching.changes import tidied
from digests.matching.rules.language import RuleError, TopicRules

LONGEST = 20_000  # characters: three times the longest that is shipped


class RulesField(forms.CharField):
    """Rules, however the browser ends their lines."""

    def to_python(self, value: Any) -> str:
        """Return them as they are stored."""
        return tidied(super().to_python(value) or "")


class RulesForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when run
    """What may be changed of a topic of the catalogue. `seen` are the rules that were shown."""

    rules = RulesField(
        strip=False,
        max_length=LONGEST,
        widget=UnfoldAdminTextareaWidget(
            {"class": "rules-text", "rows": 18, "spellcheck": "false", "autocapitalize": "off"}
        ),
    )
    seen = RulesField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = tidied(self.instance.rules)
        self.initial = {**self.initial, "rules": stored, "seen": stored, **(initial or {})}

    def clean_rules(self) -> str:
        """Refuse rules that cannot be used, and show the line."""
        rules: str = self.cleaned_data["rules"]
        try:
            TopicRules.parse(rules)
        except RuleError as error:
            raise forms.ValidationError(_explained(error, rules)) from error
        return rules

    def is_outdated(self) -> bool:
        """Tell whether the topic has other rules than those that were shown with the form."""
        return self.is_bound and "seen" in self.changed_data


def _explained(error: RuleError, rules: str) -> list[str]:
    """Return what is wrong with some rules, and the line that it is about, if it is about one."""
    said = f"{error}"[:1].upper() + f"{error}"[1:]
    if error.line is None:
        return [said]
    return [said, f"The line is: {rules.splitlines()[error.line - 1].strip()}"]
