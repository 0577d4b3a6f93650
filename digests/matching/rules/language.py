"""The rule language: what belongs to a topic, in lines of text.

    # Phrases that speak for the topic. How much is up to the trained weights.
    diffusion model, flow matching, DDPM
    # A phrase may be narrowed: it counts only in a paper that also says one of these,
    agent | with LLM, tool use
    # or not where it is part of one of these; elsewhere in the same paper it still does.
    diffusion | unless heat diffusion, diffusion of innovations
    # Three sorts of phrases decide by themselves: where one stands in the title, where it stands
    # anywhere, and against the topic, wherever it stands.
    title: benchmark
    always: score distillation
    never: retracted

Whole words match, whatever their case, plural, accents and LaTeX. A hyphen stands for a hyphen, a
space or nothing: `pre-training` finds "pretraining" and "pre training" too. A word all in
capitals, of two to six letters, is an acronym: `RAG` finds "RAG" and "RAGs" but never "rag".
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

from digests.text import tokens

_SORT = re.compile(r"(\w+)\s*:(.*)")
_NARROWINGS = ("with", "unless")


class RuleError(ValueError):
    """A rule that cannot be used: where it stands, and what is wrong with it."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line


class Sort(Enum):
    """What a phrase does for its topic; the value is its word in the language."""

    SPEAKS = ""
    TITLE = "title"
    ALWAYS = "always"
    NEVER = "never"


class Form(NamedTuple):
    """One way to find a phrase: tokens between spaces, and which of them are acronyms."""

    pattern: str
    acronyms: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, said: Sequence[str]) -> Self:
        """Return the form that finds these tokens, one after the other."""
        acronyms = ((place, word) for place, word in enumerate(said) if word.isupper())
        return cls(f" {' '.join(said).lower()} ", tuple(acronyms))

    def is_written_in(self, text: str) -> bool:
        """Tell whether a text of which the small letters match has the acronyms in capitals."""
        written = text.split() if self.acronyms else ()
        return all(written[place] == acronym for place, acronym in self.acronyms)


@lru_cache(maxsize=4096)
def forms(text: str) -> tuple[Form, ...]:
    """Return the forms of a phrase: its hyphens open, and closed if it has any.

    Raises RuleError if the phrase holds no word.
    """
    said = tokens(text)
    if not said:
        raise RuleError(f"{text!r} holds no word")
    both = (said.replace("-", " ").split(), said.lower().replace("-", "").split())
    return tuple(map(Form.of, both if "-" in said else both[:1]))


@dataclass(frozen=True)
class Phrase:
    """Words to look for, in any of their forms.

    One with a context counts in a paper that holds a form of it; where it is part of what a form of
    `unless` finds, it does not count.
    """

    text: str
    forms: tuple[Form, ...]
    context: frozenset[Form] = frozenset()
    unless: tuple[Form, ...] = ()

    @classmethod
    def of(cls, text: str, context: Sequence[str] = (), unless: Sequence[str] = ()) -> Self:
        """Return a phrase of the language; raises RuleError for a text that holds no word."""
        return cls(text, forms(text), frozenset(_all_forms(context)), (*_all_forms(unless),))

    @cached_property
    def key(self) -> str:
        """What its spellings have in common."""
        return self.forms[0].pattern.strip()


@dataclass(frozen=True, slots=True)
class TopicRules:
    """The phrases of one topic, each with its sort."""

    phrases: tuple[tuple[Sort, Phrase], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read rules; raises RuleError with the line of the first one that cannot be used."""
        found: dict[tuple[object, ...], tuple[Sort, Phrase]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            try:
                for sort, phrase in _line(line.strip()):
                    _note(found, sort, phrase)
            except RuleError as error:
                raise RuleError(str(error), line=number) from None
        if all(sort is Sort.NEVER for sort, _ in found.values()):
            raise RuleError("there is no phrase that could bring a paper")
        return cls(tuple(dict.fromkeys(found.values())))


def _line(line: str) -> Iterator[tuple[Sort, Phrase]]:
    """Yield the phrases of a line."""
    if not line or line.startswith("#"):
        return
    sort, rest = _sort(line)
    said, *parts = rest.split("|")
    narrowed = _narrowed(parts)
    texts = _texts(said, "the line")
    for friend in narrowed.get("unless", ()):
        _check_friend(friend, texts)
    for text in texts:
        friends = [it for it in narrowed.get("unless", ()) if _is_within(text, it)]
        yield sort, Phrase.of(text, narrowed.get("with", ()), friends)


def _sort(line: str) -> tuple[Sort, str]:
    found = _SORT.fullmatch(line)
    if not found:
        return Sort.SPEAKS, line
    word, rest = found.groups()
    try:
        return Sort(word), rest
    except ValueError:
        known = ", ".join(f"{sort.value}:" for sort in Sort if sort.value)
        raise RuleError(f"there is no {word!r}; a line may begin with {known}") from None


def _narrowed(parts: Iterable[str]) -> dict[str, list[str]]:
    """Return the phrases behind `with` and `unless`."""
    narrowed: dict[str, list[str]] = {}
    for part in parts:
        word, _, rest = part.strip().partition(" ")
        if word not in _NARROWINGS:
            raise RuleError(f"what follows | must begin with 'with' or 'unless', not {word!r}")
        if word in narrowed:
            raise RuleError(f"{word!r} may stand once in a line: part its phrases with commas")
        narrowed[word] = _texts(rest, repr(word))
    return narrowed


def _texts(said: str, what: str) -> list[str]:
    texts = [text.strip() for text in said.split(",")]
    if not all(texts):
        raise RuleError(f"{what} needs phrases with one comma between them")
    return texts


def _check_friend(friend: str, texts: Sequence[str]) -> None:
    if not any(_is_within(text, friend) for text in texts):
        raise RuleError(f"unless {friend!r} does not contain the phrase {texts[0]!r}")


def _is_within(text: str, friend: str) -> bool:
    covers = [form.pattern for form in forms(friend)]
    return any(form.pattern in cover for form in forms(text) for cover in covers)


def _all_forms(texts: Sequence[str]) -> Iterator[Form]:
    return (form for text in texts for form in forms(text))


def _note(found: dict[tuple[object, ...], tuple[Sort, Phrase]], sort: Sort, phrase: Phrase) -> None:
    """Note a phrase. It may stand twice only if it is narrowed differently."""
    keys = [(form, phrase.context, phrase.unless) for form in phrase.forms]
    if any(key in found for key in keys):
        raise RuleError(f"{phrase.text!r} is a repetition")
    found.update(dict.fromkeys(keys, (sort, phrase)))
