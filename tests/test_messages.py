import re
from itertools import combinations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from config.management import messages

LANGUAGES = [*messages.languages()]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?\w+|(?:href|class|id)=\"[^\"]*\"")
# A singular, or the one form of Chinese, may spell its number.
COUNTS = {
    f"%({name})s" for name in ("count", "counter", "days", "n", "number", "papers", "minutes")
}
each_language = pytest.mark.parametrize(("locale", "path"), LANGUAGES)


@pytest.fixture(scope="module")
def present() -> Catalog:
    return messages.present()


def said(catalog: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalog if message.id}


def forms(message: Message) -> list[tuple[str, str]]:
    """Pair each translation with the words it stands for; the plural of those has all there is."""
    original = message.id if isinstance(message.id, str) else message.id[-1]
    strings = [message.string] if isinstance(message.string, str) else message.string or ()
    return [(original, string) for string in strings]


def pairs(path: Path, locale: str) -> list[tuple[str, str]]:
    return [pair for it in messages.read(path, locale) if it.id for pair in forms(it)]


@each_language
def test_a_language_knows_all_that_readers_are_told_and_nothing_else(
    locale: str, path: Path, present: Catalog
) -> None:
    assert said(messages.read(path, locale)) == said(present)


@each_language
def test_everything_is_translated(locale: str, path: Path) -> None:
    assert [original for original, string in pairs(path, locale) if not string] == []


@pytest.mark.parametrize(("one", "other"), [*combinations(LANGUAGES, 2)])
def test_no_sentence_is_the_same_in_two_languages(
    one: tuple[str, Path], other: tuple[str, Path]
) -> None:
    ours, theirs = ({*pairs(path, locale)} for locale, path in (one, other))
    same = {
        string for _, string in ours & theirs if " " in PLACEHOLDER.sub("", string).strip(" ,·")
    }
    assert same == set()


@each_language
def test_no_translation_is_a_guess(locale: str, path: Path) -> None:
    assert [it.id for it in messages.read(path, locale) if it.id and it.fuzzy] == []


@each_language
def test_translations_say_the_same_placeholders(locale: str, path: Path) -> None:
    differing = [
        (original, string)
        for original, string in pairs(path, locale)
        if {*PLACEHOLDER.findall(string)} - {*PLACEHOLDER.findall(original)}
        or {*PLACEHOLDER.findall(original)} - {*PLACEHOLDER.findall(string)} - COUNTS
    ]
    assert differing == []


@each_language
def test_translations_have_the_same_tags(locale: str, path: Path) -> None:
    differing = [
        (original, string)
        for original, string in pairs(path, locale)
        if sorted(TAG.findall(original)) != sorted(TAG.findall(string))
    ]
    assert differing == []


@each_language
def test_what_django_reads_is_what_people_wrote(locale: str, path: Path) -> None:
    catalog = messages.read(path, locale)
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(catalog)


def test_templates_python_and_topics_are_gathered(present: Catalog) -> None:
    ids = {it for it, _ in said(present)}
    assert {"Large language models", "Everything"} <= ids
    assert any(isinstance(it, tuple) for it in ids)
