"""What a reader follows: topics to tick, and what she types herself."""

from collections.abc import Collection, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django import forms

from digests.matching.preview import Brought
from digests.models import Topic
from subscribers.forms.own_words import EXCLUDED, FOLLOWED, OWN_FIELDS, OwnWordsForm
from subscribers.lifecycle import Choice


class Line(NamedTuple):
    """A topic on a form; what it brought is unknown as long as there are no papers at all."""

    topic: Topic
    is_ticked: bool
    brought: Brought | None


class Section(NamedTuple):
    """A group of topics on a form."""

    name: str
    lines: list[Line]


class ChoiceForm(OwnWordsForm):
    """A form on which something must be chosen: a topic, or own words."""

    topics = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": "One of your topics is not offered any more. Please look again."
        },
    )

    def __init__(
        self,
        *args: Any,
        offered: Collection[Topic],
        brought: Mapping[int, Brought],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(topic.pk): topic for topic in offered}
        self.brought = brought
        self.fields["topics"].choices = [(key, topic.name) for key, topic in self.offered.items()]  # type: ignore[attr-defined] # of a ChoiceField

    def clean_topics(self) -> list[Topic]:
        """Return the topics themselves."""
        return [self.offered[key] for key in self.cleaned_data["topics"]]

    def clean(self) -> None:
        """Want something chosen, wherever nothing else is wrong."""
        super().clean()
        is_wrong = any(name in self.errors for name in ("topics", *FOLLOWED))
        if not is_wrong and not self.cleaned_data["topics"] and not self.own:
            self.add_error("topics", "Please choose at least one topic or word.")

    @property
    def choice(self) -> Choice:
        """What she wants."""
        return Choice(self.cleaned_data["topics"], self.own, self.typed[EXCLUDED])

    @property
    def sections(self) -> list[Section]:
        """The topics as the form shows them; what stands in no group comes first."""
        ticked = {str(key) for key in self["topics"].value() or []}
        groups = groupby(self.offered.values(), key=attrgetter("group"))
        return [
            Section(name, [self._line(topic, ticked) for topic in topics])
            for name, topics in groups
        ]

    def leave_the_rest(self) -> None:
        """Say nothing of other fields: she only asks what her own words would bring."""
        for name in {*self.errors}.difference(OWN_FIELDS):
            del self.errors[name]

    def _line(self, topic: Topic, ticked: Collection[str]) -> Line:
        brought = self.brought.get(topic.pk, Brought()) if self.brought else None
        return Line(topic, str(topic.pk) in ticked, brought)
