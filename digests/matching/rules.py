"""The rule language: phrases that say what belongs to a topic.

Phrases are sorted by what one of them proves:

* `strong`: it is enough, wherever it stands;
* `weak`: it is enough in the title; elsewhere two different ones are needed;
* `title`: it is enough in the title and counts for nothing elsewhere.

A phrase is a string, or a table that narrows it:

* `{ phrase = "flow", with = ["ODE", "velocity field"] }` counts only in a paper that also says
  one of these;
* `{ phrase = "diffusion", unless = ["heat diffusion"] }` does not count where it is part of one
  of these false friends; elsewhere in the same paper it still does.

Whole words match, whatever their case, plural, accents and LaTeX. A hyphen stands for a hyphen, a
space or nothing: `pre-training` finds "pretraining" and "pre training" too. A word all in
capitals, of two to six letters, is an acronym: `RAG` finds "RAG" and "RAGs" but never "rag".
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, Self

from digests.text import fold, words

_LONGEST_ACRONYM = 6


class RuleError(ValueError):
    """A rule that cannot be used; says which topic, which rule, and what is wrong with it."""


class Strength(IntEnum):
    """What a phrase proves outside the title, in points; see `ENOUGH`."""

    STRONG = 2
    WEAK = 1
    TITLE = 0


ENOUGH = 2


class Form(NamedTuple):
    """One way to find a phrase: folded words between spaces, and which of them are acronyms."""

    pattern: str
    acronyms: tuple[tuple[int, str], ...]


def forms(text: str) -> tuple[Form, ...]:
    """Return the forms of a phrase: its hyphens open, and closed if it has any.

    Raises RuleError if the phrase holds no word.
    """
    variants = dict.fromkeys((text, text.replace("-", "")))
    spelled = [found for found in map(words, variants) if found]
    if not spelled:
        raise RuleError(f"{text!r} holds no word")
    return tuple(dict.fromkeys(map(_form, spelled)))


def _form(spelled: list[str]) -> Form:
    acronyms = ((place, word) for place, word in enumerate(spelled) if _is_acronym(word))
    return Form(f" {' '.join(map(fold, spelled))} ", tuple(acronyms))


def _is_acronym(word: str) -> bool:
    return word.isalpha() and word.isupper() and 1 < len(word) <= _LONGEST_ACRONYM


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for. `context` is `with` in the rule language; all count in any form."""

    text: str
    context: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise RuleError for a phrase without words or a false friend that cannot cover it."""
        patterns = [form.pattern for form in forms(self.text)]
        for text in self.context:
            forms(text)
        for friend in self.unless:
            covers = [form.pattern for form in forms(friend)]
            if not any(pattern in cover for pattern in patterns for cover in covers):
                raise RuleError(f"unless {friend!r} does not contain the phrase {self.text!r}")

    @classmethod
    def parse(cls, rule: object) -> Self:
        """Read one rule, a string or a table; raises RuleError."""
        if isinstance(rule, str):
            return cls(rule)
        if not isinstance(rule, dict) or not isinstance(rule.get("phrase"), str):
            raise RuleError('must be a string or a table with phrase = "..."')
        _refuse_unknown(rule, ("phrase", "with", "unless"))
        return cls(rule["phrase"], _strings(rule, "with"), _strings(rule, "unless"))


@dataclass(frozen=True, slots=True)
class TopicRules:
    """All phrases of one topic, by strength."""

    strong: tuple[Phrase, ...] = ()
    weak: tuple[Phrase, ...] = ()
    title: tuple[Phrase, ...] = ()

    @classmethod
    def parse(cls, raw: Mapping[str, Any], topic: str) -> Self:
        """Read the three lists of plain values; every RuleError names `topic` and the rule."""
        try:
            _refuse_unknown(raw, _STRENGTHS)
            rules = cls(**{name: _phrases(raw, name) for name in _STRENGTHS})
            _refuse_repeated(rules)
        except RuleError as error:
            raise RuleError(f"{topic}: {error}") from None
        return rules

    @classmethod
    def keyword(cls, text: str) -> Self:
        """Return the rules of a reader's own words: enough wherever they stand."""
        return cls(strong=(Phrase(text),))

    def by_strength(self) -> Iterator[tuple[Strength, Phrase]]:
        """Yield every phrase with its strength."""
        for name, strength in _STRENGTHS.items():
            for phrase in getattr(self, name):
                yield strength, phrase


_STRENGTHS = {strength.name.lower(): strength for strength in Strength}


def _phrases(raw: Mapping[str, Any], name: str) -> tuple[Phrase, ...]:
    rules = raw.get(name, [])
    if not isinstance(rules, list):
        raise RuleError(f"{name} must be a list of phrases, not {rules!r}")
    return tuple(_phrase(rule, name) for rule in rules)


def _phrase(rule: object, name: str) -> Phrase:
    try:
        return Phrase.parse(rule)
    except RuleError as error:
        raise RuleError(f"{name} {rule!r}: {error}") from None


def _strings(rule: Mapping[str, Any], name: str) -> tuple[str, ...]:
    if name not in rule:
        return ()
    values = rule[name]
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise RuleError(f"{name} must be a list of one or more strings")
    return tuple(values)


def _refuse_unknown(raw: Iterable[str], known: Collection[str]) -> None:
    if unknown := sorted(set(raw) - set(known)):
        raise RuleError(f"unknown {', '.join(unknown)}; known are {', '.join(known)}")


def _refuse_repeated(rules: TopicRules) -> None:
    """One phrase may stand twice only if it is narrowed differently."""
    seen: set[object] = set()
    for strength, phrase in rules.by_strength():
        for form in forms(phrase.text):
            narrowed = (form, phrase.context, phrase.unless)
            if narrowed in seen:
                raise RuleError(f"{strength.name.lower()} {phrase.text!r} is a repetition")
            seen.add(narrowed)
    if not seen:
        raise RuleError("there are no phrases")
