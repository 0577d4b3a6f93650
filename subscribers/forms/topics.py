"""What a reader follows: topics to tick, and what she types herself."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from digests.matching.preview import Brought
from digests.models import Topic
from subscribers.choosing import Choice
from subscribers.forms.own_words import EXCLUDED, FOLLOWED, OWN_FIELDS, OwnWordsForm

# Each topic in each language, ticked or not.
MOST_LINES = 1_000


def topics_in(query: QueryDict) -> list[str]:
    """Return the keys of the topics that a link names: `?topics=llm,robotics`, or one by one."""
    return [key for said in query.getlist("topics") for key in said.split(",") if key]


def everything(offered: Iterable[Topic]) -> list[Topic]:
    """Return what is shown to whoever chooses nothing: the topic of every paper, if offered."""
    return [topic for topic in offered if topic.kind == Topic.Kind.EVERYTHING]


@dataclass(frozen=True, slots=True)
class Line:
    """A topic on a form; what it brought is unknown as long as there are no papers at all."""

    topic: Topic
    is_ticked: bool
    brought: Brought | None

    @property
    def html(self) -> SafeString:
        """The line as it is written, in the active language."""
        said = self.topic.shown_name, self.topic.shown_description
        ticked, brought = self.is_ticked, self.brought
        return _line(self.topic.key, said, ticked=ticked, brought=brought, _in=get_language())


@lru_cache(MOST_LINES)
def _line(
    key: str, said: tuple[str, str], *, ticked: bool, brought: Brought | None, _in: str | None
) -> SafeString:
    """Write a line; writing all of them anew would be most of what a page takes.

    What is kept is kept by language (`_in`): that of the figures is in none of the other arguments.
    """
    context = {"key": key, "said": said, "is_ticked": ticked, "brought": brought}
    return render_to_string("pages/_topic.html", context)


@dataclass(frozen=True, slots=True)
class Section:
    """A group of topics on a form."""

    name: str
    lines: list[Line]

    @property
    def is_used(self) -> bool:
        """Tell whether one of its topics is ticked."""
        return any(line.is_ticked for line in self.lines)

    @property
    def inside(self) -> str:
        """What there is in it, as a line says it; longer ones are cut off where they are shown."""
        return " · ".join(line.topic.shown_name for line in self.lines)


class ChoiceForm(OwnWordsForm):
    """A form on which something must be chosen: a topic, or own words.

    A topic is named by its key: a link can bring topics along, and says which.
    """

    topics = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": _("One of your topics is not offered any more. Please look again.")
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
        self.offered = {topic.key: topic for topic in offered}
        self.brought = brought
        self.fields["topics"].choices = [(key, key) for key in self.offered]  # type: ignore[attr-defined] # of a ChoiceField

    def clean_topics(self) -> list[Topic]:
        """Return the topics themselves."""
        return [self.offered[key] for key in self.cleaned_data["topics"]]

    def clean(self) -> None:
        """Want something chosen, wherever nothing else is wrong."""
        super().clean()
        is_wrong = any(name in self.errors for name in ("topics", *FOLLOWED))
        if not is_wrong and not self.cleaned_data["topics"] and not self.own:
            self.add_error("topics", _("Please choose at least one topic or word."))

    @property
    def choice(self) -> Choice:
        """What she wants."""
        return Choice(self.cleaned_data["topics"], self.own, self.typed[EXCLUDED])

    @property
    def ticked(self) -> list[Topic]:
        """The topics that are ticked as the form is shown, whatever else is wrong with it."""
        keys = {*(self["topics"].value() or ())}
        return [topic for key, topic in self.offered.items() if key in keys]

    @property
    def sections(self) -> list[Section]:
        """The topics as the form shows them; what stands in no group comes first."""
        ticked = {topic.pk for topic in self.ticked}
        lines = (self._line(topic, ticked) for topic in self.offered.values())
        groups = groupby(lines, key=lambda line: line.topic.shown_group)
        return [Section(name, [*group]) for name, group in groups]

    def leave_the_rest(self) -> None:
        """Say nothing of other fields: she only asks what her choice would bring."""
        for name in {*self.errors}.difference(OWN_FIELDS):
            del self.errors[name]

    def _line(self, topic: Topic, ticked: Collection[int]) -> Line:
        brought = self.brought.get(topic.pk, Brought()) if self.brought else None
        return Line(topic, topic.pk in ticked, brought)
