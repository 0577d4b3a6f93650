"""The catalogue: the topics every reader is offered, read from `topics.toml` beside this file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from digests.matching.matcher import Matcher
from digests.matching.own.words import OwnTopic
from digests.matching.rules.language import RuleError, TopicRules
from digests.matching.weights.judge import judge

K = TypeVar("K")

_FILE = Path(__file__).with_name("topics.toml")
_FRIENDS = "false_friends"
_TEXTS = ("name", "group", "description", "rules")


@dataclass(frozen=True, slots=True)
class CatalogueTopic:
    """A topic as readers see it, and the text of the rules that find its papers.

    `group` is the section of the sign-up form; topics of one group follow each other.
    """

    slug: str
    name: str
    group: str
    description: str
    rules: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The topics in their order, and phrases that mean something else to all of them."""

    topics: tuple[CatalogueTopic, ...]
    friends: tuple[str, ...] = ()


def parse(toml: str) -> Catalogue:
    """Read a catalogue; raises RuleError with the place of the error."""
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"not TOML: {error}") from None
    friends = tables.pop(_FRIENDS, [])
    if not isinstance(friends, list) or not all(isinstance(it, str) for it in friends):
        raise RuleError(f"{_FRIENDS} must be a list of phrases")
    topics = tuple(_topic(slug, table) for slug, table in tables.items())
    _refuse_scattered_groups(topics)
    return Catalogue(topics, tuple(friends))


@cache
def load() -> Catalogue:
    """Return the project's catalogue; raises RuleError if its file is damaged."""
    try:
        return parse(_FILE.read_text(encoding="utf-8"))
    except RuleError as error:
        raise RuleError(f"{_FILE.name}: {error}") from None


@cache
def matcher() -> Matcher[str]:
    """Return the matcher of the catalogue as it is shipped, by slug."""
    rules = {topic.slug: TopicRules.parse(topic.rules) for topic in load().topics}
    return matcher_of(rules, {slug: slug for slug in rules})


def matcher_of(
    rules: Mapping[K, TopicRules],
    slugs: Mapping[K, str],
    own: Mapping[K, OwnTopic] | None = None,
) -> Matcher[K]:
    """Return the matcher of some rules, of which those with a slug that has weights are judged.

    The catalogue's false friends are theirs. It finds what readers typed, their `own`, as well.
    """
    known = judge().columns
    judged = {topic: slug for topic, slug in slugs.items() if slug in known}
    return Matcher(rules, judge=judge(), judged=judged, friends=load().friends, own=own)


def _topic(slug: str, table: object) -> CatalogueTopic:
    if not isinstance(table, dict):
        raise RuleError(f"{slug}: must be a table, [{slug}]")
    if unknown := sorted({*table} - {*_TEXTS}):
        raise RuleError(f"{slug}: unknown {', '.join(unknown)}; known are {', '.join(_TEXTS)}")
    topic = CatalogueTopic(slug, **{key: _text(slug, table, key) for key in _TEXTS})
    try:
        TopicRules.parse(topic.rules)
    except RuleError as error:
        raise RuleError(f"{slug}: rules, {error}") from None
    return topic


def _text(slug: str, table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise RuleError(f"{slug}: {key} must be a text that is not empty, not {value!r}")
    return value.strip()


def _refuse_scattered_groups(topics: tuple[CatalogueTopic, ...]) -> None:
    """Raise RuleError if the topics of a group, one section of a form, do not stand together."""
    groups = [topic.group for topic in topics]
    for topic, before in zip(topics[1:], groups, strict=False):
        place = groups.index(topic.group)
        if topic.group != before and topics[place].slug != topic.slug:
            raise RuleError(f"{topic.slug}: group {topic.group!r} already ended further up")
