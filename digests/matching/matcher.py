"""Find the topics of a paper, and the phrases that say so, in one pass over its text."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Self, TypeAlias, TypeVar

from ahocorasick_rs import AhoCorasick

from digests.matching.rules import ENOUGH, Form, Phrase, Strength, TopicRules, forms
from digests.text import fold, words

K = TypeVar("K")

# The topics, with the words that say so, of each title and abstract that was matched.
Found: TypeAlias = Mapping[tuple[str, str], Mapping[str, Sequence[str]]]
NOTHING_FOUND: Found = {}

MOST_REASONS = 5
# Stands between title and abstract; no phrase can contain it.
_TITLE_END = "|"


class _Span(NamedTuple):
    """Where a form stands in the folded text, the spaces around it included."""

    start: int
    end: int

    def within(self, others: list["_Span"]) -> bool:
        return any(start <= self.start and self.end <= end for start, end in others)


_Found = dict[Form, list[_Span]]


@dataclass(frozen=True, slots=True)
class _PaperText:
    """Title and abstract as words, in the spelling of the paper and folded for the automaton."""

    spelled: list[str]
    folded: str
    title_end: int

    @classmethod
    def of(cls, title: str, abstract: str) -> Self:
        in_title = words(title)
        spelled = [*in_title, _TITLE_END, *words(abstract)]
        folded = f" {' '.join(map(fold, spelled))} "
        return cls(spelled, folded, folded.index(_TITLE_END))

    def writes(self, acronyms: tuple[tuple[int, str], ...], start: int) -> bool:
        """Tell whether the words from `start` are acronyms where the form has them."""
        if not acronyms:
            return True
        first = self.folded.count(" ", 0, start)
        return all(
            self.spelled[first + place].removesuffix("s") == acronym for place, acronym in acronyms
        )


class _Use(NamedTuple, Generic[K]):
    """A phrase in the rules of one topic, ready for lookup."""

    topic: K
    strength: Strength
    text: str
    context: frozenset[Form]
    unless: tuple[Form, ...]

    @classmethod
    def of(cls, topic: K, strength: Strength, phrase: Phrase) -> Self:
        return cls(
            topic,
            strength,
            phrase.text,
            frozenset(form for text in phrase.context for form in forms(text)),
            tuple(form for text in phrase.unless for form in forms(text)),
        )

    def first_place(self, spans: list[_Span], found: _Found) -> int | None:
        """Return where the phrase first counts, or None if it never does in this paper."""
        if self.context and found.keys().isdisjoint(self.context):
            return None
        friends = [span for form in self.unless for span in found.get(form, ())]
        return next((span.start for span in spans if not span.within(friends)), None)


@dataclass(slots=True)
class _Evidence:
    """What one paper says for one topic: its phrases with their first place and their points."""

    places: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, place: int, points: int) -> None:
        self.places[text] = min(place, self.places.get(text, place))
        self.points[text] = max(points, self.points.get(text, 0))

    def is_enough(self) -> bool:
        return sum(self.points.values()) >= ENOUGH

    def reasons(self) -> tuple[str, ...]:
        """Return the phrases that count, by place (the title stands first), the longer before."""
        counting = [text for text, points in self.points.items() if points]
        counting.sort(key=lambda text: (self.places[text], -len(text), text))
        return tuple(counting[:MOST_REASONS])


class Matcher(Generic[K]):
    """The rules of many topics in one automaton; build it once, it scales to 100,000 phrases."""

    def __init__(self, rules: Mapping[K, TopicRules]) -> None:
        self._uses: defaultdict[Form, list[_Use[K]]] = defaultdict(list)
        self._forms: defaultdict[str, set[Form]] = defaultdict(set)
        for topic, topic_rules in rules.items():
            for strength, phrase in topic_rules.by_strength():
                self._add(phrase, _Use.of(topic, strength, phrase))
        self._patterns = list(self._forms)
        self._automaton = AhoCorasick(self._patterns)

    def match(self, title: str, abstract: str) -> dict[K, tuple[str, ...]]:
        """Return every topic the paper belongs to, with the phrases that say so, best first.

        The phrases are spelled as in the rules; there are one to `MOST_REASONS` of them.
        """
        text = _PaperText.of(title, abstract)
        found = self._find(text)
        evidence: defaultdict[K, _Evidence] = defaultdict(_Evidence)
        for form, spans in found.items():
            for use in self._uses.get(form, ()):
                place = use.first_place(spans, found)
                if place is not None:
                    points = ENOUGH if place < text.title_end else use.strength
                    evidence[use.topic].add(use.text, place, points)
        return {topic: said.reasons() for topic, said in evidence.items() if said.is_enough()}

    def _add(self, phrase: Phrase, use: _Use[K]) -> None:
        for form in forms(phrase.text):
            self._uses[form].append(use)
            self._forms[form.pattern].add(form)
        for form in (*use.context, *use.unless):
            self._forms[form.pattern].add(form)

    def _find(self, text: _PaperText) -> _Found:
        """Return every form the text holds, with its places in order."""
        found: defaultdict[Form, list[_Span]] = defaultdict(list)
        for pattern, start, end in self._automaton.find_matches_as_indexes(
            text.folded, overlapping=True
        ):
            for form in self._forms[self._patterns[pattern]]:
                if text.writes(form.acronyms, start):
                    found[form].append(_Span(start, end))
        return found
