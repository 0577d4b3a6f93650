"""Find the phrases of rules in a paper, in one pass over each of its two texts."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from ahocorasick_rs import AhoCorasick

from digests.matching.hits import Hits
from digests.matching.paper_text import PaperText, Span
from digests.matching.rules.language import Form, Phrase, Sort, TopicRules, forms

K = TypeVar("K")

# Where each form stands, by its number.
_Found: TypeAlias = Mapping[int, list[Span]]


class Said:
    """What one paper says for one topic: its phrases, and what those decide by themselves."""

    def __init__(self, title_end: int) -> None:
        self.title_end = title_end
        self.places: dict[str, set[Span]] = {}
        self.texts: dict[str, str] = {}
        self.deciding: set[str] = set()
        self.is_refused = False

    @cached_property
    def hits(self) -> dict[str, Hits]:
        """How often each phrase is said. Where two of its forms are in one place, that is once."""
        hits = {}
        for key, spans in self.places.items():
            in_title = sum([start < self.title_end for start, _ in spans])
            hits[key] = Hits(in_title, len(spans) - in_title)
        return hits

    def add(self, sort: Sort, phrase: Phrase, spans: Iterable[Span]) -> None:
        """Note a phrase and where it counts."""
        if sort is Sort.NEVER:
            self.is_refused = True
            return
        key = phrase.key
        self.places[key] = self.places.get(key, set()).union(spans)
        self.texts[key] = phrase.text
        if sort is Sort.ALWAYS or (sort is Sort.TITLE and min(spans).start < self.title_end):
            self.deciding.add(key)


class RuleFinder(Generic[K]):
    """The phrases of all topics, and the false friends of them all, in one automaton."""

    def __init__(self, rules: Mapping[K, TopicRules], friends: Iterable[str]) -> None:
        self._numbers: dict[Form, int] = {}
        self._uses: defaultdict[int, list[_Use[K]]] = defaultdict(list)
        self._friends = self._numbered(form for friend in friends for form in forms(friend))
        for topic, own in rules.items():
            for sort, phrase in own.phrases:
                context, unless = map(self._numbered, (phrase.context, phrase.unless))
                for number in self._numbered(phrase.forms):
                    self._uses[number].append(_Use(topic, sort, phrase, context, unless))
        self._forms = [*self._numbers]
        self._automaton = AhoCorasick([form.pattern for form in self._forms])

    def hear(self, text: PaperText) -> tuple[dict[K, Said], list[Span]]:
        """Return what a paper says for each topic, and where it says false friends."""
        found = self._find(text)
        hidden = [span for number in self._friends for span in found.get(number, ())]
        cover = _Cover(hidden)
        said: defaultdict[K, Said] = defaultdict(lambda: Said(text.title_end))
        for number, spans in found.items():
            # The whole of a false friend may still be a topic's phrase.
            shown = [it for it in spans if not cover.holds_more_than(it)] if hidden else spans
            for use in self._uses.get(number, ()):
                if counting := use.spans(shown, found):
                    said[use.topic].add(use.sort, use.phrase, counting)
        return {**said}, hidden

    def _numbered(self, forms: Iterable[Form]) -> tuple[int, ...]:
        """Return the numbers of forms, which new ones get here."""
        return tuple(self._numbers.setdefault(form, len(self._numbers)) for form in forms)

    def _find(self, text: PaperText) -> _Found:
        """Return every form that the paper holds, with its places in the open text."""
        found: defaultdict[int, list[Span]] = defaultdict(list)
        for number, start, end in self._matches(text.open, text.written):
            found[number].append(Span(start, end))
        for number, start, end in self._matches(text.closed, text.written_closed):
            if span := text.opened(start, end):
                found[number].append(span)
        return found

    def _matches(self, text: str, written: str) -> Iterator[tuple[int, int, int]]:
        for match in self._automaton.find_matches_as_indexes(text, overlapping=True):
            number, start, end = match
            form = self._forms[number]
            if not form.acronyms or form.is_written_in(written[start:end]):
                yield match


class _Use(NamedTuple, Generic[K]):
    """A phrase in the rules of one topic."""

    topic: K
    sort: Sort
    phrase: Phrase
    context: tuple[int, ...]
    unless: tuple[int, ...]

    def spans(self, spans: list[Span], found: _Found) -> list[Span]:
        """Return where the phrase counts, out of where one of its forms stands."""
        if self.context and found.keys().isdisjoint(self.context):
            return []
        friends = [span for number in self.unless for span in found.get(number, ())]
        if not friends:
            return spans
        cover = _Cover(friends)
        return [span for span in spans if not cover.holds(span)]


class _Cover:
    """Spans, and what is within them; a hundred thousand of them are no more work than a sort."""

    def __init__(self, spans: Iterable[Span]) -> None:
        in_order = sorted(spans)
        self._starts = [span.start for span in in_order]
        self._furthest = [0, *accumulate((span.end for span in in_order), max)]

    def holds(self, span: Span) -> bool:
        """Tell whether a span is the whole or a part of one of these."""
        return self._furthest[bisect_right(self._starts, span.start)] >= span.end

    def holds_more_than(self, span: Span) -> bool:
        """Tell whether a span is a part of one of these, and not the whole."""
        if self._furthest[bisect_right(self._starts, span.start)] > span.end:
            return True
        return self._furthest[bisect_left(self._starts, span.start)] >= span.end
