"""What readers read, gathered for translation, and translations made fit for use.

Python, templates and the topic catalogue -> one catalogue a language, `django.po`, in which people
write; and of that `django.mo`, which Django reads. All of it in Python: gettext's own programs are
not needed.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

from config.languages import LANGUAGES, USUAL_LANGUAGE

FOLDERS = ("config", "digests", "subscribers", "newsletter", "templates")
# Operators read English.
OPERATORS = ("admin", "management")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TOPICS = Path("digests/matching/topics.toml")
TOPIC_FIELDS = ("name", "group", "description")


class Said(NamedTuple):
    """A message: its text, or singular and plural; and what tells it from others that read so."""

    id: str | tuple[str, ...]
    context: str | None


def present() -> Catalog:
    """Return all that readers are told today."""
    catalog = Catalog(fuzzy=False)
    for message, comments in _said():
        catalog.add(message.id, context=message.context, auto_comments=comments)
    return catalog


def languages() -> Iterator[tuple[str, Path]]:
    """Yield each language that is translated into, as gettext names it, and where that lies."""
    folder = Path(settings.LOCALE_PATHS[0])
    for code, _ in LANGUAGES:
        if code != USUAL_LANGUAGE:
            locale = to_locale(code)
            yield locale, folder / locale / "LC_MESSAGES" / "django.po"


def update(locale: str, path: Path, template: Catalog) -> Catalog:
    """Bring a language's catalogue up to date and compile it; what is gone from us goes."""
    known = read(path, locale) if path.exists() else Catalog(locale=locale, fuzzy=False)
    known.update(template, no_fuzzy_matching=True)
    known.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(known))
    path.with_suffix(".mo").write_bytes(compiled(known))
    return known


def read(path: Path, locale: str) -> Catalog:
    """Return what is written in a language."""
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def written(catalog: Catalog) -> bytes:
    """Return a catalogue as people read it, without what would change with each run."""
    file = BytesIO()
    write_po(file, catalog, width=100, omit_header=True, sort_output=True)
    return _header(catalog) + file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as Django reads it."""
    file = BytesIO()
    known = read_po(BytesIO(written(catalog)), locale=catalog.locale)
    known.creation_date = known.revision_date = LONG_AGO  # or each run would write another file
    write_mo(file, known)
    return file.getvalue()


def _header(catalog: Catalog) -> bytes:
    fields = {
        "Language": str(catalog.locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in fields.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode()


def _said() -> Iterator[tuple[Said, list[str]]]:
    for folder in FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if not any(part in OPERATORS for part in path.parts):
                yield from _said_in(path)
    yield from _topics()


def _said_in(path: Path) -> Iterator[tuple[Said, list[str]]]:
    if path.suffix == ".py":
        source = path.read_text(encoding="utf-8")
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        # Where there were tags there are words without meaning now, at any depth.
        template = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        source = "\n".join(line.strip() for line in template.split("\n"))
    else:
        return
    file = BytesIO(source.encode())
    for _, message, comments, context in extract("python", file, KEYWORDS, ["Translators:"]):
        yield Said(message, context), comments


def _topics() -> Iterator[tuple[Said, list[str]]]:
    catalogue = tomllib.loads((settings.BASE_DIR / TOPICS).read_text(encoding="utf-8"))
    for topic in filter(_is_topic, catalogue.values()):
        for field in TOPIC_FIELDS:
            if words := topic.get(field):
                yield Said(words, None), [f"Of a topic: {field}"]


def _is_topic(table: object) -> bool:
    return isinstance(table, dict) and "name" in table
