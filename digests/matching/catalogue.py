"""The catalogue: the topics every reader is offered, read from `topics.toml` beside this file."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from digests.matching.matcher import Matcher
from digests.matching.rules import RuleError, TopicRules

_FILE = Path(__file__).with_name("topics.toml")
_WORDS = ("name", "group", "description")


@dataclass(frozen=True, slots=True)
class CatalogueTopic:
    """A topic as readers see it, and the rules that find its papers.

    `group` is the section of the sign-up form; topics of one group follow each other.
    """

    slug: str
    name: str
    group: str
    description: str
    rules: TopicRules


def parse(toml: str) -> tuple[CatalogueTopic, ...]:
    """Read a catalogue in the order it is written; raises RuleError with the place of the error."""
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"not TOML: {error}") from None
    topics = tuple(_topic(slug, table) for slug, table in tables.items())
    _refuse_scattered_groups(topics)
    return topics


@cache
def load() -> tuple[CatalogueTopic, ...]:
    """Return the project's catalogue; raises RuleError if its file is damaged."""
    try:
        return parse(_FILE.read_text(encoding="utf-8"))
    except RuleError as error:
        raise RuleError(f"{_FILE.name}: {error}") from None


@cache
def matcher() -> Matcher[str]:
    """Return the matcher of the whole catalogue, by slug."""
    return Matcher({topic.slug: topic.rules for topic in load()})


def _topic(slug: str, table: object) -> CatalogueTopic:
    if not isinstance(table, dict):
        raise RuleError(f"{slug}: must be a table, [{slug}]")
    rules = {key: value for key, value in table.items() if key not in _WORDS}
    said = {key: _word(slug, table, key) for key in _WORDS}
    return CatalogueTopic(slug=slug, **said, rules=TopicRules.parse(rules, slug))


def _word(slug: str, table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise RuleError(f"{slug}: {key} must be a text that is not empty, not {value!r}")
    return value


def _refuse_scattered_groups(topics: tuple[CatalogueTopic, ...]) -> None:
    """Raise RuleError if the topics of a group, one section of a form, do not stand together."""
    groups = [topic.group for topic in topics]
    for topic, before in zip(topics[1:], groups, strict=False):
        place = groups.index(topic.group)
        if topic.group != before and topics[place].slug != topic.slug:
            raise RuleError(f"{topic.slug}: group {topic.group!r} already ended further up")
