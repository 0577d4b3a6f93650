"""What a reader types herself, and what it would bring."""

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digests.matching import preview
from digests.matching.own.words import (
    OwnTopic,
    OwnWordsError,
    check_choice,
    read_authors,
    read_categories,
    read_words,
)
from digests.matching.preview import Brought
from subscribers.forms.fields import Form

# Characters in a field: more than all that may be followed take, however it is spaced.
LONGEST_TEXT = 4_000
# The fields of what she follows, each with what reads it; and the field of what shall stay away.
FOLLOWED = {"words": read_words, "authors": read_authors, "categories": read_categories}
EXCLUDED = "excluded"
READ = {**FOLLOWED, EXCLUDED: read_words}
OWN_FIELDS = (*READ,)
TOO_COMMON = _(
    "“%(words)s” is in more than a third of last month\u2019s papers; "
    "please choose something more particular."
)


def explained(error: OwnWordsError) -> str:
    """Say in the active language what is wrong with what was typed."""
    return gettext(error.pattern) % error.said


def own_words_in(query: QueryDict) -> tuple[list[OwnTopic], list[OwnTopic]]:
    """Return what a link wants to be followed, and what shall stay away.

    Raises:
        OwnWordsError: for what nobody can follow.

    """
    typed = {name: query.get(name, "")[:LONGEST_TEXT] for name in OWN_FIELDS}
    own = [topic for name, read in FOLLOWED.items() for topic in read(typed[name])]
    excluded = read_words(typed[EXCLUDED])
    check_choice(own, excluded)
    return own, excluded


class Typed(NamedTuple):
    """One thing that she typed, and what it would have brought."""

    topic: OwnTopic
    brought: Brought


class Group(NamedTuple):
    """A field as it is shown, and what stands in it."""

    field: forms.BoundField
    typed: list[Typed]


class OwnField(forms.CharField):
    """A text that the form makes topics of."""

    def __init__(self, *, label: Any, help_text: Any, rows: int) -> None:
        attrs = {"spellcheck": "false", "autocapitalize": "none", "dir": "auto"}
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=LONGEST_TEXT,
            error_messages={"max_length": _("Please keep to 4,000 characters.")},
            widget=forms.Textarea(attrs=attrs | {"rows": rows})
            if rows > 1
            else forms.TextInput(attrs),
        )

    def widget_attrs(self, _widget: forms.Widget) -> dict[str, Any]:
        """Set no `maxlength`: a browser would cut off what is pasted, without a word."""
        return {}


class OwnWordsForm(Form):
    """Words, authors and categories to follow, and words to leave out.

    Words that are too common are refused, but for those in `kept`: what she follows already must
    not keep her from changing something else.
    """

    words = OwnField(
        label=_("Words and phrases"),
        help_text=_(
            "For example flow matching, state space model, RAG: one a line, or with commas "
            "in between. Plurals, hyphens and capitals make no difference, but an acronym such "
            "as RAG is not a rag."
        ),
        rows=2,
    )
    authors = OwnField(
        label=_("Authors"),
        help_text=_("For example Fei-Fei Li: one a line. A last name alone finds all who bear it."),
        rows=2,
    )
    categories = OwnField(
        label=_("arXiv categories"),
        help_text=_("For example cs.CL, stat.ML."),
        rows=1,
    )
    excluded = OwnField(
        label=_("But nothing about"),
        help_text=_(
            "For example survey, medical. A paper with one of these words does not come, "
            "whatever else speaks for it."
        ),
        rows=2,
    )

    def __init__(
        self, *args: Any, today: dt.date, kept: Collection[OwnTopic] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.kept = {(topic.kind, topic.key) for topic in kept}
        self.typed: dict[str, list[OwnTopic]] = {}
        self.preview = preview.Preview()

    @property
    def has_own_words(self) -> bool:
        """Tell whether she typed anything, so that papers have to be looked at."""
        return any(self.data.get(name, "").strip() for name in OWN_FIELDS)

    @property
    def has_more_than_words(self) -> bool:
        """Tell whether there is anything in the fields that are tucked away beneath the words."""
        return any(self[name].value() or self[name].errors for name in OWN_FIELDS[1:])

    @property
    def groups(self) -> list[Group]:
        """The fields, each with what the papers of the last weeks say to it."""
        brought = self.preview.brought
        return [
            Group(
                self[name],
                [Typed(it, brought[it]) for it in self.typed.get(name, ()) if it in brought],
            )
            for name in OWN_FIELDS
        ]

    @property
    def own(self) -> list[OwnTopic]:
        """What she wants to follow."""
        return [topic for name in FOLLOWED for topic in self.typed.get(name, ())]

    def clean(self) -> None:
        """Read each field, and look at papers only for what keeps within the limits."""
        super().clean()
        self.typed = {name: self._topics_in(name) for name in OWN_FIELDS}
        if self._is_within_limits():
            self.preview = preview.of_own({*self.own, *self.typed[EXCLUDED]}, self.today)
            self._refuse_common_words()

    def _topics_in(self, name: str) -> list[OwnTopic]:
        """Return what can be followed of a field, and say at it of all the rest why not."""
        try:
            return READ[name](self.cleaned_data.get(name, ""))
        except OwnWordsError as error:
            self.add_error(name, [explained(it) for it in (error, *error.others)])
            return error.fit

    def _is_within_limits(self) -> bool:
        own, excluded = self.own, self.typed[EXCLUDED]
        for name, *choice in (
            ("words", own, ()),
            (EXCLUDED, (), excluded),
            (EXCLUDED, own, excluded),
        ):
            try:
                check_choice(*choice)
            except OwnWordsError as error:
                self.add_error(name, explained(error))
                return False
        return True

    def _refuse_common_words(self) -> None:
        for name, topics in self.typed.items():
            for topic in topics:
                is_new = (topic.kind, topic.key) not in self.kept
                if is_new and self.preview.is_too_common(topic):
                    self.add_error(name, TOO_COMMON % {"words": topic.name})
