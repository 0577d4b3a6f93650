"""What a screen reader goes by: language, title, headings, names."""

from collections import Counter
from collections.abc import Iterator

from mail_linter.mail import Mail

METAS = {"viewport": "width=device-width", "color-scheme": "light dark"}


def lint(mail: Mail) -> Iterator[str]:
    """Find what leaves a reader who listens without her way through."""
    yield from _head(mail)
    yield from _headings(mail)
    ids = Counter(node.attributes["id"] for node in mail.document.walk() if "id" in node.attributes)
    for name, count in ids.items():
        if count > 1:
            yield f"the id {name} stands there {count} times"
    for node in mail.document.walk():
        for name in ("aria-labelledby", "aria-describedby"):
            for known in node.attributes.get(name, "").split():
                if known not in ids:
                    yield f"{name} names {known}, which is not there"


def _head(mail: Mail) -> Iterator[str]:
    for root in mail.document.all("html"):
        if not root.attributes.get("lang"):
            yield "it does not say its language"
    if not any(title.words for title in mail.document.all("title")):
        yield "it has no title"
    said = {it.attributes.get("name"): it.attributes for it in mail.document.all("meta")}
    for name, value in METAS.items():
        if value not in said.get(name, {}).get("content", ""):
            yield f"no meta says {name} is {value}"
    # Gmail drops a body's language with the body.
    bodies = mail.document.all("body")
    if not any("lang" in node.attributes for body in bodies for node in body.walk()):
        yield "nothing inside its body says its language"


def _headings(mail: Mail) -> Iterator[str]:
    headings = mail.document.all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(heading.tag[1]) for heading in headings]
    if levels.count(1) != 1:
        yield f"it has {levels.count(1)} headings of the first level"
    for before, after in zip([0, *levels], levels, strict=False):
        if after > before + 1:
            yield f"an h{after} follows " + (f"an h{before}" if before else "no heading")
    for heading in headings:
        if not heading.words:
            yield f"an {heading.tag} says nothing"
