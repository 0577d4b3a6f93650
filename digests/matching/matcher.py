"""Find the topics of a paper, and the phrases that say so."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from digests.matching.hits import Hits
from digests.matching.own.finder import OwnFinder
from digests.matching.own.words import OwnTopic
from digests.matching.paper_text import PaperText, Span
from digests.matching.rules.finder import RuleFinder, Said
from digests.matching.rules.language import TopicRules
from digests.matching.rules.reasons import chosen
from digests.matching.weights.judge import Evidence, Judge, Opinion

K = TypeVar("K")

MOST_REASONS = 5
# Of a topic that has no weights, so many different phrases are enough; in the title, one is.
ENOUGH_PHRASES = 2


class Matcher(Generic[K]):
    """Topics with rules, and what readers typed: their `own` words, 100,000 of them or more.

    Topics that `judged` gives the name of in the weights are decided by these; the rest by their
    rules alone. `friends` are false friends of all rules: phrases whose words mean something else
    there, so that neither they nor phrases within them count. Readers' own words are taken
    literally: one that a paper says is always enough.
    """

    def __init__(
        self,
        rules: Mapping[K, TopicRules],
        *,
        judge: Judge | None = None,
        judged: Mapping[K, str] | None = None,
        friends: Iterable[str] = (),
        own: Mapping[K, OwnTopic] | None = None,
    ) -> None:
        self._rules = RuleFinder(rules, friends)
        self._judge = judge
        self._judged = (judged or {}) if judge else {}
        self._own = OwnFinder(own or {})

    def match(self, text: PaperText) -> dict[K, tuple[str, ...]]:
        """Return every topic the paper belongs to, with the phrases that say so, best first.

        The phrases are spelled as in the rules; there are one to `MOST_REASONS` of them.
        """
        heard, hidden = self._rules.hear(text)
        opinion = self._opinion(text, heard, hidden)
        ruled = {
            topic: self._reasons(topic, said, opinion)
            for topic, said in heard.items()
            if self._is_for(topic, said, opinion)
        }
        return ruled | {topic: (name,) for topic, name in self._own.find(text).items()}

    def evidence(self, text: PaperText) -> tuple[dict[K, dict[str, Hits]], list[Span]]:
        """Return which phrases of each topic's rules a paper says, and where false friends are."""
        heard, hidden = self._rules.hear(text)
        return {topic: said.hits for topic, said in heard.items()}, hidden

    def _opinion(
        self, text: PaperText, heard: Mapping[K, Said], hidden: Iterable[Span]
    ) -> Opinion | None:
        evidence: Evidence = {
            self._judged[topic]: said.hits
            for topic, said in heard.items()
            if said.places and topic in self._judged
        }
        return self._judge.hear(*text.words(hidden), evidence) if self._judge and evidence else None

    def _is_for(self, topic: K, said: Said, opinion: Opinion | None) -> bool:
        """Tell whether what the paper says is enough: at least one phrase, as a reason."""
        if said.is_refused or not said.places:
            return False
        if said.deciding:
            return True
        if opinion and topic in self._judged:
            return opinion.score(self._judged[topic]) > 0
        return len(said.hits) >= ENOUGH_PHRASES or any(hit.title for hit in said.hits.values())

    def _reasons(self, topic: K, said: Said, opinion: Opinion | None) -> tuple[str, ...]:
        """Return the phrases that speak for a topic most, those first that decide by themselves."""
        worth = {key: float(hit.title) for key, hit in said.hits.items()}
        if opinion and topic in self._judged:
            worth = opinion.worth(self._judged[topic], said.hits)
        keys = sorted(worth, key=lambda key: (key not in said.deciding, -worth[key], key))
        return tuple(said.texts[key] for key in chosen(keys, MOST_REASONS))
